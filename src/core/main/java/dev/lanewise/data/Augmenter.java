package dev.lanewise.data;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import dev.lanewise.internal.random.RandomKey;
import dev.lanewise.tensor.Shape;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;

/** Applies augmentations to the samples of an epoch, in place. For one thread. */
final class Augmenter {
  private final List<Augmentation> augmentations;
  private final RandomKey epoch;
  private final int height;
  private final int width;
  private final float outside;
  private final float[] values;
  private final float[] before;

  /**
   * For samples of a shape.
   *
   * @param normalizer what has been done to them
   * @param epoch the key of this epoch
   */
  Augmenter(List<Augmentation> augmentations, Shape shape, Normalizer normalizer, RandomKey epoch) {
    this.augmentations = augmentations;
    this.epoch = epoch;
    height = shape.rank() < 2 ? 1 : Math.toIntExact(shape.dim(-2));
    width = Math.toIntExact(shape.dim(-1));
    outside = (0 - normalizer.shift(0)) * normalizer.scale(0);
    values = new float[Math.toIntExact(shape.size())];
    before = new float[values.length];
  }

  /** Changes the sample at {@code row} of {@code rows}, which has {@code index} in its data set. */
  void apply(MemorySegment rows, long row, int index) {
    long at = row * values.length * Float.BYTES;
    MemorySegment.copy(rows, JAVA_FLOAT, at, values, 0, values.length);
    RandomKey sample = epoch.fold(index);
    for (int i = 0; i < augmentations.size(); i++) {
      apply(augmentations.get(i), sample.fold(i));
    }
    MemorySegment.copy(values, 0, rows, JAVA_FLOAT, at, values.length);
  }

  private void apply(Augmentation augmentation, RandomKey key) {
    switch (augmentation) {
      case Augmentation.Shift(int by) -> move(whole(key, 0, by), whole(key, 1, by));
      case Augmentation.Crop(double smallest) -> {
        double share = smallest + (1 - smallest) * key.uniformDouble(0);
        double top = (1 - share) * (height - 1) * key.uniformDouble(1);
        double left = (1 - share) * (width - 1) * key.uniformDouble(2);
        draw(share, 0, top, 0, share, left);
      }
      case Augmentation.Flip(double p) -> {
        if (key.uniformDouble(0) < p) {
          flip();
        }
      }
      case Augmentation.Rotate(double degrees) -> {
        double angle = StrictMath.toRadians(degrees * (2 * key.uniformDouble(0) - 1));
        double cos = StrictMath.cos(angle);
        double sin = StrictMath.sin(angle);
        double y = (height - 1) / 2.0;
        double x = (width - 1) / 2.0;
        draw(cos, sin, y - cos * y - sin * x, -sin, cos, x + sin * y - cos * x);
      }
      case Augmentation.Cutout(int size) -> {
        int top = (int) key.below(height, 0) - size / 2;
        blank(top, (int) key.below(width, 1) - size / 2, size);
      }
      case Augmentation.Noise(double std) -> {
        for (int i = 0; i < values.length; i++) {
          values[i] += (float) (std * key.normal(i));
        }
      }
      case Augmentation.TimeShift(int by) -> move(0, whole(key, 0, by));
    }
  }

  /** Uniform from -by to by. */
  private static int whole(RandomKey key, int element, int by) {
    return (int) key.below(2L * by + 1, element) - by;
  }

  private void flip() {
    for (int row = 0; row < values.length; row += width) {
      for (int left = row, right = row + width - 1; left < right; left++, right--) {
        float value = values[left];
        values[left] = values[right];
        values[right] = value;
      }
    }
  }

  private void blank(int top, int left, int size) {
    int from = Math.max(0, left);
    int to = Math.min(width, left + size);
    for (int at = 0; at < values.length; at += height * width) {
      for (int y = Math.max(0, top); y < Math.min(height, top + size); y++) {
        int row = at + y * width;
        Arrays.fill(values, row + from, row + to, outside);
      }
    }
  }

  /** Moves down and to the right. */
  private void move(int down, int right) {
    System.arraycopy(values, 0, before, 0, values.length);
    for (int at = 0; at < values.length; at += height * width) {
      for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
          values[at + y * width + x] = pixel(at, y - down, x - right);
        }
      }
    }
  }

  /** Draws pixel (y, x) from the place (yy y + yx x + y0, xy y + xx x + x0). */
  private void draw(double yy, double yx, double y0, double xy, double xx, double x0) {
    System.arraycopy(values, 0, before, 0, values.length);
    for (int at = 0; at < values.length; at += height * width) {
      for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
          values[at + y * width + x] = between(at, yy * y + yx * x + y0, xy * y + xx * x + x0);
        }
      }
    }
  }

  /** The value between pixels, linear along both axes, of the plane that begins at {@code at}. */
  private float between(int at, double y, double x) {
    int top = (int) Math.floor(y);
    int left = (int) Math.floor(x);
    double down = y - top;
    double right = x - left;
    double upper = pixel(at, top, left) * (1 - right) + pixel(at, top, left + 1) * right;
    double lower = pixel(at, top + 1, left) * (1 - right) + pixel(at, top + 1, left + 1) * right;
    return (float) (upper * (1 - down) + lower * down);
  }

  private float pixel(int at, int y, int x) {
    return y < 0 || y >= height || x < 0 || x >= width ? outside : before[at + y * width + x];
  }
}
