package dev.lanewise.cli.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ResizeTest {

  @Test
  void oneSizeChangesNothing() {
    byte[] pixels = new byte[2 * 3 * 5];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) (17 * i);
    }
    assertThat(Resize.bilinear(pixels, 2, 3, 5, 3, 5)).isEqualTo(pixels);
  }

  /** What Pillow's resize with BILINEAR gives. */
  @Test
  void largerIsLinearBetweenCentres() {
    assertThat(Resize.bilinear(new byte[] {0, 100}, 1, 1, 2, 1, 4)).containsExactly(0, 25, 75, 100);
    assertThat(Resize.bilinear(new byte[] {0, 100}, 1, 2, 1, 4, 1)).containsExactly(0, 25, 75, 100);
  }

  /** Weights 3, 3, 1 and 1, 3, 3, by the distance from the centre of each half. */
  @Test
  void smallerIsAMeanOfAllThatIsJoined() {
    // 200 / 7 and 640 / 7
    assertThat(Resize.bilinear(new byte[] {0, 40, 80, 120}, 1, 1, 4, 1, 2)).containsExactly(29, 91);
    byte[] white = new byte[3 * 40 * 30];
    Arrays.fill(white, (byte) 255);
    assertThat(Resize.bilinear(white, 3, 40, 30, 7, 11)).containsOnly((byte) 255);
  }
}
