package dev.lanewise.cli.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lanewise.data.DataException;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Images that are damaged, or claim to be what they are not, are refused with a typed error. */
final class ImagesTest {
  private static final int FILES = 2_000;
  private static final int WIDTH_AT = 16;

  @TempDir Path folder;

  private static byte[] encoded(String format, int type) throws IOException {
    BufferedImage image = new BufferedImage(9, 7, type);
    for (int i = 0; i < 63; i++) {
      image.setRGB(i % 9, i / 9, i * 0x030501);
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    assertThat(ImageIO.write(image, format, bytes)).isTrue();
    return bytes.toByteArray();
  }

  /** The width and height of a PNG image, and the checksum over them. */
  private static byte[] resized(byte[] png, int width, int height) {
    ByteBuffer bytes = ByteBuffer.wrap(png.clone());
    bytes.putInt(WIDTH_AT, width).putInt(WIDTH_AT + 4, height);
    CRC32 crc = new CRC32();
    crc.update(bytes.array(), WIDTH_AT - 4, 17);
    return bytes.putInt(WIDTH_AT + 13, (int) crc.getValue()).array();
  }

  @Test
  @Timeout(value = 2, unit = TimeUnit.MINUTES)
  void refusesWithTypedErrorsOnly() throws IOException {
    List<byte[]> seeds =
        List.of(
            encoded("png", BufferedImage.TYPE_INT_RGB),
            encoded("png", BufferedImage.TYPE_BYTE_INDEXED),
            encoded("png", BufferedImage.TYPE_USHORT_GRAY),
            encoded("jpg", BufferedImage.TYPE_BYTE_GRAY),
            encoded("jpg", BufferedImage.TYPE_INT_RGB));
    Random random = new Random(3);
    int refused = 0;
    for (int i = 0; i < FILES; i++) {
      byte[] content = seeds.get(i % seeds.size()).clone();
      for (int changes = random.nextInt(4); changes > 0; changes--) {
        content[random.nextInt(content.length)] = (byte) random.nextInt(256);
      }
      if (i % 10 == 0) {
        content = Arrays.copyOf(content, random.nextInt(content.length));
      }
      if (i % 7 == 0 && content.length > 40) {
        content = resized(content, 1 << random.nextInt(31), 1 << random.nextInt(31));
      }
      refused += refuses(content) ? 1 : 0;
    }
    assertThat(refused).as("images refused of %d", FILES).isBetween(FILES / 4, FILES - 1);
  }

  private boolean refuses(byte[] content) throws IOException {
    Path file = Files.write(folder.resolve("x.png"), content);
    try {
      BufferedImage image = Images.decode(file);
      assertThat(Images.pixels(image, 3, 4, 4)).hasSize(48);
      return false;
    } catch (DataException e) {
      assertThat(e).hasMessageContaining(file.toString());
      return true;
    } catch (RuntimeException | Error e) {
      throw new AssertionError("an untyped error on " + Arrays.toString(content), e);
    }
  }

  @Test
  void aClaimOfManyPixelsTakesNoMemory() throws IOException {
    byte[] png = encoded("png", BufferedImage.TYPE_INT_RGB);
    Path file = Files.write(folder.resolve("x.png"), resized(png, 60_000, 50_000));
    assertThatThrownBy(() -> Images.decode(file))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("%d bytes and claims 50000 x 60000 pixels".formatted(png.length));
  }

  @Test
  void otherFormatsAreRefusedByName() throws IOException {
    Path file = Files.write(folder.resolve("x.png"), encoded("bmp", BufferedImage.TYPE_INT_RGB));
    assertThatThrownBy(() -> Images.decode(file)).hasMessage(file + " is no PNG or JPEG image");
    Files.write(file, "text".getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(() -> Images.decode(file)).hasMessage(file + " is no PNG or JPEG image");
    Path missing = folder.resolve("none.png");
    assertThatThrownBy(() -> Images.decode(missing)).isInstanceOf(DataException.class);
  }
}
