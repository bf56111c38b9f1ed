package dev.lanewise.data;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import dev.lanewise.internal.random.Gamma;
import dev.lanewise.internal.random.RandomKey;
import dev.lanewise.tensor.Shape;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** Blends the rows of batches of an epoch, in place. For one thread. */
final class Mixer {
  private final List<Mixing> mixings;
  private final RandomKey epoch;
  private final int width;
  private final int height;
  private final float[][] samples;
  private final float[][] targets;

  /**
   * For rows of these shapes.
   *
   * @param target shape of one target: of class probabilities, or numbers
   * @param epoch the key of this epoch
   */
  Mixer(List<Mixing> mixings, Shape sample, Shape target, RandomKey epoch) {
    this.mixings = mixings;
    this.epoch = epoch;
    this.width = Math.toIntExact(sample.dim(-1));
    this.height = sample.rank() < 2 ? 1 : Math.toIntExact(sample.dim(-2));
    this.samples = new float[2][Math.toIntExact(sample.size())];
    this.targets = new float[2][Math.toIntExact(target.size())];
  }

  /** Blends {@code rows} rows, of F32 samples in {@code x} and F32 targets in {@code y}. */
  void apply(MemorySegment x, MemorySegment y, int rows, int batch) {
    for (int i = 0; i < mixings.size(); i++) {
      Mixing mixing = mixings.get(i);
      RandomKey key = epoch.fold(batch).fold(i);
      if (key.uniformDouble(0) < mixing.p()) {
        double share = Gamma.symmetricBeta(key.fold("share"), mixing.alpha());
        switch (mixing) {
          case Mixing.Mixup _ -> {
            blend(x, rows, samples, share);
            blend(y, rows, targets, share);
          }
          case Mixing.CutMix _ -> blend(y, rows, targets, cut(x, rows, share, key.fold("place")));
        }
      }
    }
  }

  /** Each row becomes the weighted mean of itself and the one before. */
  private static void blend(MemorySegment all, int rows, float[][] buffers, double share) {
    float[] own = buffers[0];
    float[] before = buffers[1];
    read(all, rows - 1, before);
    for (int row = 0; row < rows; row++) {
      read(all, row, own);
      for (int k = 0; k < own.length; k++) {
        before[k] = (float) (share * own[k] + (1 - share) * before[k]);
      }
      write(all, row, before);
      float[] done = before;
      before = own;
      own = done;
    }
  }

  /** Puts a rectangle of the row before into each row; returns the share that is its own still. */
  private double cut(MemorySegment all, int rows, double share, RandomKey place) {
    double half = 0.5 * StrictMath.sqrt(1 - share);
    int x = (int) place.below(width, 0);
    int y = (int) place.below(height, 1);
    int left = Math.max(0, x - (int) (half * width));
    int right = Math.min(width, x + (int) (half * width));
    int top = Math.max(0, y - (int) (half * height));
    int bottom = Math.min(height, y + (int) (half * height));
    float[] own = samples[0];
    float[] before = samples[1];
    read(all, rows - 1, before);
    for (int row = 0; row < rows; row++) {
      read(all, row, own);
      for (int plane = 0; plane < own.length; plane += width * height) {
        for (int line = top; line < bottom; line++) {
          int at = plane + line * width + left;
          long target = ((long) row * own.length + at) * Float.BYTES;
          MemorySegment.copy(before, at, all, JAVA_FLOAT, target, right - left);
        }
      }
      float[] done = before;
      before = own;
      own = done;
    }
    return 1 - (double) (right - left) * (bottom - top) / ((double) width * height);
  }

  private static void read(MemorySegment all, int row, float[] into) {
    MemorySegment.copy(
        all, JAVA_FLOAT, (long) row * into.length * Float.BYTES, into, 0, into.length);
  }

  private static void write(MemorySegment all, int row, float[] from) {
    MemorySegment.copy(
        from, 0, all, JAVA_FLOAT, (long) row * from.length * Float.BYTES, from.length);
  }
}
