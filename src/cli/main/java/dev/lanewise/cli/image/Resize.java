package dev.lanewise.cli.image;

import java.util.Arrays;

/**
 * Images in another size: each pixel is a weighted mean of those it comes from, with weights that
 * fall in a straight line to 0, over as many pixels as are joined into one (bilinear and
 * antialiased, as Pillow's {@code BILINEAR} and torchvision's {@code Resize}). Plain arithmetic, so
 * that the bytes are the same everywhere.
 */
final class Resize {
  private Resize() {}

  /**
   * Resizes planes of bytes.
   *
   * @param pixels [planes, height, width]
   * @return [planes, toHeight, toWidth]
   */
  static byte[] bilinear(
      byte[] pixels, int planes, int height, int width, int toHeight, int toWidth) {
    Axis rows = Axis.of(height, toHeight);
    Axis columns = Axis.of(width, toWidth);
    byte[] resized = new byte[planes * toHeight * toWidth];
    double[] lines = new double[height * toWidth];
    for (int plane = 0; plane < planes; plane++) {
      int from = plane * height * width;
      for (int y = 0; y < height; y++) {
        for (int x = 0; x < toWidth; x++) {
          double sum = 0;
          for (int k = 0; k < columns.weights[x].length; k++) {
            int value = pixels[from + y * width + columns.first[x] + k] & 0xFF;
            sum += columns.weights[x][k] * value;
          }
          lines[y * toWidth + x] = sum;
        }
      }
      int to = plane * toHeight * toWidth;
      for (int y = 0; y < toHeight; y++) {
        for (int x = 0; x < toWidth; x++) {
          double sum = 0;
          for (int k = 0; k < rows.weights[y].length; k++) {
            sum += rows.weights[y][k] * lines[(rows.first[y] + k) * toWidth + x];
          }
          resized[to + y * toWidth + x] = (byte) Math.clamp(Math.round(sum), 0, 255);
        }
      }
    }
    return resized;
  }

  /**
   * What the places along an axis come from.
   *
   * @param first the first place before, for each place after
   * @param weights of it and those that follow; they add up to 1
   */
  private record Axis(int[] first, double[][] weights) {
    static Axis of(int before, int after) {
      double scale = (double) before / after;
      double reach = Math.max(scale, 1);
      int[] first = new int[after];
      double[][] weights = new double[after][];
      for (int i = 0; i < after; i++) {
        double centre = (i + 0.5) * scale;
        int from = Math.max(0, (int) (centre - reach + 0.5));
        int to = Math.min(before, (int) (centre + reach + 0.5));
        double[] own = new double[to - from];
        for (int k = 0; k < own.length; k++) {
          own[k] = Math.max(0, 1 - Math.abs((from + k + 0.5 - centre) / reach));
        }
        double sum = Arrays.stream(own).reduce(0, Double::sum);
        for (int k = 0; k < own.length; k++) {
          own[k] /= sum;
        }
        first[i] = from;
        weights[i] = own;
      }
      return new Axis(first, weights);
    }
  }
}
