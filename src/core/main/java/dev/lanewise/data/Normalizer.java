package dev.lanewise.data;

import dev.lanewise.tensor.DType;
import dev.lanewise.tensor.DTypeException;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.ShapeException;
import dev.lanewise.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Locale;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * What is done to features before a model sees them: {@code y = (x - shift) * scale} in float, with
 * one shift and scale for all features or one for each. Immutable. Keep it with the model ({@link
 * #encode}): what it sees later must be treated alike.
 */
public final class Normalizer {
  private final Kind kind;
  private final float[] shift;
  private final float[] scale;

  Normalizer(Kind kind, float[] shift, float[] scale) {
    this.kind = kind;
    this.shift = shift;
    this.scale = scale;
  }

  /** The ways to normalize. */
  public enum Kind {
    /** Values stay as they are. */
    NONE,
    /** Values are divided by the data set's full scale: bytes by 255. */
    UNIT,
    /** Values get mean 0 and standard deviation 1. */
    STANDARD;

    /**
     * Fits this kind to a data set. Tokens stay as they are.
     *
     * @param data the training set
     * @return the normalizer
     */
    public Normalizer fit(DataSet data) {
      if (data.isTokens()) {
        return none();
      }
      return switch (this) {
        case NONE -> none();
        case UNIT -> unit(data);
        case STANDARD -> standard(data);
      };
    }
  }

  /** {@return the normalizer that changes nothing, y = x} */
  public static Normalizer none() {
    return new Normalizer(Kind.NONE, new float[] {0}, new float[] {1});
  }

  /**
   * Returns the normalizer that maps 0 to 0 and the data set's full scale to 1.
   *
   * @param data the data set
   * @return y = x / full scale
   */
  public static Normalizer unit(DataSet data) {
    return new Normalizer(Kind.UNIT, new float[] {0}, new float[] {(float) (1 / data.fullScale())});
  }

  /**
   * Returns the normalizer that gives a data set mean 0 and standard deviation 1: over all values
   * together for bytes, such as the pixels of images; for each feature alone for floats, such as
   * the columns of a table. A feature that never changes is shifted only. Computed in double, in
   * the order of the samples.
   *
   * @param data the training set
   * @return y = (x - mean) / standard deviation
   */
  public static Normalizer standard(DataSet data) {
    return Moments.standard(data);
  }

  /** {@return how this normalizes} */
  public Kind kind() {
    return kind;
  }

  /** {@return what is subtracted, a copy: one value for all features, or one for each} */
  public float[] shifts() {
    return shift.clone();
  }

  /** {@return what the differences are multiplied by, a copy: as many values as {@link #shifts}} */
  public float[] scales() {
    return scale.clone();
  }

  /** Whether all features share one shift and scale. */
  boolean isUniform() {
    return shift.length == 1;
  }

  float shift(int feature) {
    return shift[feature];
  }

  float scale(int feature) {
    return scale[feature];
  }

  /** Demands that samples of a shape can be normalized. */
  void requireFits(Shape sample) {
    if (!isUniform() && sample.size() != shift.length) {
      throw new ShapeException(
          "samples of shape "
              + sample
              + " do not fit a normalizer of "
              + shift.length
              + " features; it was fitted on other data");
    }
  }

  /**
   * Normalizes samples, as batches do.
   *
   * @param x U8 or F32 [n, ...], contiguous
   * @param out F32 of the same shape, contiguous; may be {@code x} itself
   * @throws DTypeException if an element type is another
   * @throws ShapeException if the shapes differ, or the number of features is not the fitted one
   */
  public void apply(Tensor x, Tensor out) {
    if (x.dtype() != DType.U8 && x.dtype() != DType.F32 || out.dtype() != DType.F32) {
      throw new DTypeException("normalize: cannot map " + x.dtype() + " to " + out.dtype());
    }
    if (x.rank() == 0 || !x.shape().equals(out.shape())) {
      throw new ShapeException("normalize: cannot map " + x.shape() + " to " + out.shape());
    }
    Shape sample = x.shape().without(0);
    requireFits(sample);
    MemorySegment from = x.segment();
    MemorySegment to = out.segment();
    int width = Math.toIntExact(sample.size());
    for (long row = 0; row < x.dim(0); row++) {
      Gather.features(x.dtype(), from, row, to, row, width, this);
    }
  }

  /**
   * Writes this as a short text, to be kept with a model.
   *
   * @return kind, shifts and scales, exact
   */
  public String encode() {
    return kind.name().toLowerCase(Locale.ROOT) + ";" + join(shift) + ";" + join(scale);
  }

  private static String join(float[] values) {
    StringJoiner text = new StringJoiner(",");
    for (float value : values) {
      text.add(Float.toString(value));
    }
    return text.toString();
  }

  /**
   * Reads what {@link #encode} wrote.
   *
   * @param text the text
   * @return an equal normalizer
   * @throws DataException if the text is something else
   */
  public static Normalizer decode(String text) {
    String[] parts = text.split(";", -1);
    try {
      if (parts.length == 3) {
        Kind kind = Kind.valueOf(parts[0].toUpperCase(Locale.ROOT));
        float[] shift = split(parts[1]);
        float[] scale = split(parts[2]);
        if (shift.length == scale.length) {
          return new Normalizer(kind, shift, scale);
        }
      }
    } catch (IllegalArgumentException e) {
      throw unreadable(text, e);
    }
    throw unreadable(text, null);
  }

  private static float[] split(String text) {
    String[] parts = text.split(",", -1);
    float[] values = new float[parts.length];
    for (int i = 0; i < parts.length; i++) {
      values[i] = Float.parseFloat(parts[i]);
    }
    return values;
  }

  private static DataException unreadable(String text, @Nullable Exception cause) {
    String start = text.substring(0, Math.min(60, text.length()));
    return new DataException(
        "cannot read the normalizer \"" + start + "\", expected kind;shifts;scales", cause);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Normalizer that
        && kind == that.kind
        && Arrays.equals(shift, that.shift)
        && Arrays.equals(scale, that.scale);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(shift) * 31 + Arrays.hashCode(scale);
  }

  /** Returns the same as {@link #encode}. */
  @Override
  public String toString() {
    return encode();
  }
}
