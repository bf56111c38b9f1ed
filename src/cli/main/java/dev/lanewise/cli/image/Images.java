package dev.lanewise.cli.image;

import dev.lanewise.data.DataException;
import java.awt.image.BufferedImage;
import java.awt.image.ColorConvertOp;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import javax.imageio.ImageIO;

/** PNG and JPEG files as bytes, plane by plane. */
public final class Images {
  private Images() {}

  /** Whether a file is called like an image: .png, .jpg or .jpeg. */
  public static boolean isImage(Path file) {
    return file.toString().toLowerCase(Locale.ROOT).matches(".*\\.(png|jpe?g)");
  }

  /**
   * Reads an image.
   *
   * @throws DataException if it is damaged, or no PNG or JPEG image
   */
  public static BufferedImage decode(Path file) {
    try {
      BufferedImage image = ImageIO.read(file.toFile());
      if (image != null) {
        return image;
      }
    } catch (IOException | RuntimeException e) {
      throw new DataException(file + " is damaged: " + e.getMessage(), e);
    }
    throw new DataException(file + " is no PNG or JPEG image");
  }

  private static byte[] pixels(BufferedImage image, int planes) {
    int type = planes == 1 ? BufferedImage.TYPE_BYTE_GRAY : BufferedImage.TYPE_3BYTE_BGR;
    BufferedImage converted = image;
    if (image.getType() != type) {
      converted = new BufferedImage(image.getWidth(), image.getHeight(), type);
      new ColorConvertOp(null).filter(image, converted);
    }
    int size = image.getWidth() * image.getHeight();
    byte[] bytes = new byte[planes * size];
    for (int i = 0; i < size; i++) {
      for (int plane = 0; plane < planes; plane++) {
        int x = i % image.getWidth();
        int y = i / image.getWidth();
        bytes[plane * size + i] = (byte) converted.getRaster().getSample(x, y, plane);
      }
    }
    return bytes;
  }

  /**
   * The image plane by plane, resized if need be.
   *
   * @param planes 1 for gray, 3 for red, green, blue
   * @return [planes, height, width]
   */
  public static byte[] pixels(BufferedImage image, int planes, int height, int width) {
    byte[] pixels = pixels(image, planes);
    return image.getHeight() == height && image.getWidth() == width
        ? pixels
        : Resize.bilinear(pixels, planes, image.getHeight(), image.getWidth(), height, width);
  }
}
