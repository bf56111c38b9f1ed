package dev.lanewise.cli.report;

import dev.lanewise.data.DataSet;
import dev.lanewise.tensor.Shape;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;

/**
 * Samples as pictures: grey ones of shape [h, w], [1, h, w] or [h, w, 1], coloured ones of shape
 * [3, h, w] or [h, w, 3].
 *
 * @param height in pixels
 * @param width in pixels
 * @param channels 1 or 3
 * @param channelsFirst whether the channel is the first axis, else the last
 */
record SampleImage(int height, int width, int channels, boolean channelsFirst) {
  private static final int FULL = 255;

  /** How samples of {@code data} are pictures, or null if they are none. */
  static @Nullable SampleImage of(DataSet data) {
    if (data.fullScale() == 1) {
      return null; // numbers without a natural range
    }
    Shape shape = data.sampleShape();
    if (shape.rank() == 2) {
      return new SampleImage((int) shape.dim(0), (int) shape.dim(1), 1, true);
    }
    if (shape.rank() == 3 && isColour(shape.dim(0))) {
      return new SampleImage((int) shape.dim(1), (int) shape.dim(2), (int) shape.dim(0), true);
    }
    if (shape.rank() == 3 && isColour(shape.dim(2))) {
      return new SampleImage((int) shape.dim(0), (int) shape.dim(1), (int) shape.dim(2), false);
    }
    return null;
  }

  private static boolean isColour(long channels) {
    return channels == 1 || channels == 3;
  }

  /** Sample {@code index} as a data URI of a PNG file. */
  String dataUri(DataSet data, int index) {
    double[] values = data.sample(index).toDoubles();
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    int pixels = height * width;
    for (int pixel = 0; pixel < pixels; pixel++) {
      int rgb = 0;
      for (int c = 0; c < 3; c++) {
        int channel = channels == 1 ? 0 : c;
        int at = channelsFirst ? channel * pixels + pixel : pixel * channels + channel;
        long level = Math.clamp(Math.round(values[at] / data.fullScale() * FULL), 0, FULL);
        rgb = rgb << 8 | (int) level;
      }
      image.setRGB(pixel % width, pixel / width, rgb);
    }
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, "png", png);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write a PNG file to memory", e);
    }
    return "data:image/png;base64," + Base64.getEncoder().encodeToString(png.toByteArray());
  }
}
