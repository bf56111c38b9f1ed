package dev.lanewise.data;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import dev.lanewise.tensor.DType;
import java.lang.foreign.MemorySegment;

/** Means and standard deviations of a data set, in double and in a fixed order. */
final class Moments {
  private static final double CONSTANT = 0x1p-24;

  private Moments() {}

  static Normalizer standard(DataSet data) {
    return data.features().dtype() == DType.U8 ? overAll(data) : perFeature(data);
  }

  /** Sums of bytes and of their squares are exact in a long, so any order gives the same bits. */
  private static Normalizer overAll(DataSet data) {
    MemorySegment bytes = data.features().segment();
    int width = (int) data.sampleShape().size();
    byte[] row = new byte[width]; // what C1 makes of loops over arrays is fast enough to begin with
    long sum = 0;
    long squares = 0;
    for (int i = 0; i < data.size(); i++) {
      MemorySegment.copy(bytes, JAVA_BYTE, (long) data.row(i) * width, row, 0, width);
      long rowSum = 0;
      long rowSquares = 0;
      for (byte value : row) {
        int x = value & 0xFF;
        rowSum += x;
        rowSquares += (long) x * x;
      }
      sum += rowSum;
      squares += rowSquares;
    }
    double n = (double) data.size() * width;
    double mean = sum / n;
    double variance = squares / n - mean * mean;
    return new Normalizer(
        Normalizer.Kind.STANDARD, new float[] {(float) mean}, new float[] {scale(mean, variance)});
  }

  private static Normalizer perFeature(DataSet data) {
    int width = (int) data.sampleShape().size();
    double[] mean = new double[width];
    addRows(data, new double[width], mean, false);
    double[] variance = new double[width];
    addRows(data, mean, variance, true);
    float[] shift = new float[width];
    float[] scale = new float[width];
    for (int k = 0; k < width; k++) {
      shift[k] = (float) mean[k];
      scale[k] = scale(mean[k], variance[k]);
    }
    return new Normalizer(Normalizer.Kind.STANDARD, shift, scale);
  }

  /** Puts into {@code out} the mean of x - center, or of its square, for each feature. */
  private static void addRows(DataSet data, double[] center, double[] out, boolean squared) {
    MemorySegment floats = data.features().segment();
    int width = out.length;
    for (int i = 0; i < data.size(); i++) {
      long at = (long) data.row(i) * width;
      for (int k = 0; k < width; k++) {
        double x = floats.getAtIndex(JAVA_FLOAT, at + k) - center[k];
        out[k] += squared ? x * x : x;
      }
    }
    for (int k = 0; k < width; k++) {
      out[k] /= data.size();
    }
  }

  /** One over the deviation; 1 for what does not change beyond the rounding of a float. */
  private static float scale(double mean, double variance) {
    double deviation = Math.sqrt(Math.max(variance, 0));
    float scale = (float) (1 / deviation);
    return deviation > CONSTANT * Math.abs(mean) && Float.isFinite(scale) ? scale : 1;
  }
}
