package dev.lanewise.cli.image;

import dev.lanewise.data.DataException;
import java.awt.image.BufferedImage;
import java.awt.image.ColorConvertOp;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Locale;
import java.util.Set;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.FileImageInputStream;
import javax.imageio.stream.ImageInputStream;

/** PNG and JPEG files as bytes, plane by plane. */
public final class Images {
  private static final Set<String> FORMATS = Set.of("png", "jpeg");

  /** More than any camera takes. */
  private static final long MOST_PIXELS = 1L << 26;

  /** What a small file may hold in any case. */
  private static final long FEW_PIXELS = 1L << 20;

  /** Deflate makes at most 1032 bytes of one, and the smallest pixel has one bit. */
  private static final long PIXELS_A_BYTE = 8 * 1032;

  private Images() {}

  /** Whether a file is called like an image: .png, .jpg or .jpeg. */
  public static boolean isImage(Path file) {
    return file.toString().toLowerCase(Locale.ROOT).matches(".*\\.(png|jpe?g)");
  }

  /**
   * Reads an image.
   *
   * @throws DataException if it is damaged, too large, or no PNG or JPEG image
   */
  public static BufferedImage decode(Path file) {
    try (ImageInputStream in = new FileImageInputStream(file.toFile())) {
      ImageReader reader = reader(file, in);
      try {
        reader.setInput(in, true, true);
        requireSize(file, in.length(), reader.getWidth(0), reader.getHeight(0));
        return reader.read(0);
      } finally {
        reader.dispose();
      }
    } catch (DataException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      throw new DataException(file + " is damaged: " + e.getMessage(), e);
    }
  }

  private static ImageReader reader(Path file, ImageInputStream in) throws IOException {
    Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
    while (readers.hasNext()) {
      ImageReader reader = readers.next();
      if (FORMATS.contains(reader.getFormatName().toLowerCase(Locale.ROOT))) {
        return reader;
      }
      reader.dispose();
    }
    throw new DataException(file + " is no PNG or JPEG image");
  }

  /** Before memory is taken for them: a file of a few bytes can claim any number of pixels. */
  private static void requireSize(Path file, long bytes, int width, int height) {
    long most = Math.min(MOST_PIXELS, FEW_PIXELS + PIXELS_A_BYTE * bytes);
    if ((long) width * height > most) {
      throw new DataException(
          "%s has %d bytes and claims %d x %d pixels; expected at most %d pixels"
              .formatted(file, bytes, height, width, most));
    }
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
