package dev.lanewise.autodiff;

import dev.lanewise.internal.op.Attention;
import dev.lanewise.internal.op.Convolution;
import dev.lanewise.internal.op.CrossEntropy;
import dev.lanewise.internal.op.Dropout;
import dev.lanewise.internal.op.LayerNorm;
import dev.lanewise.internal.op.Linear;
import dev.lanewise.internal.op.MaxPool;
import dev.lanewise.internal.op.Op;
import dev.lanewise.tensor.Window;
import org.jspecify.annotations.Nullable;

/** The methods of {@link Var} that layers of networks are made of, each one op. */
public sealed interface NetworkMethods permits Var {

  private Var self() {
    return (Var) this;
  }

  /** {@code this weight^T + bias} over the last axis: weight [out, in], bias [out]. */
  default Var linear(Var weight, Var bias) {
    return self().apply(new Linear(), weight, bias);
  }

  /**
   * Convolution of images [n, in, h, w] with {@code weight} [out, in, kh, kw] and {@code bias}
   * [out] or null, for windows of stride 1 padded by less than their extent.
   */
  default Var conv2d(Var weight, @Nullable Var bias, Window rows, Window columns) {
    Op op = new Convolution.Forward(rows, columns);
    return bias == null ? self().apply(op, weight) : self().apply(op, weight, bias);
  }

  /** The maxima of images [n, c, h, w] in windows of two by two side by side. */
  default Var maxPool2x2() {
    return self().apply(new MaxPool());
  }

  /**
   * Attention of sequences on themselves: this holds queries, keys and values side by side, [n, t,
   * 3 e], for {@code heads} heads; the result is [n, t, e].
   *
   * @param causal whether position i sees positions 0 to i only
   */
  default Var selfAttention(long heads, boolean causal) {
    return self().apply(new Attention(heads, causal));
  }

  /** Layer normalization of rows: the last axis, with {@code weight} and {@code bias} like it. */
  default Var layerNorm(Var weight, Var bias, double eps) {
    return self().apply(new LayerNorm(eps), weight, bias);
  }

  /**
   * The cross-entropy of each row of logits [n, classes] with class indices [n] (I32 or I64),
   * softmax included; {@code smoothing} in [0, 1) of the target is spread over all classes.
   */
  default Var crossEntropy(Var classes, double smoothing) {
    return self().apply(new CrossEntropy(smoothing), classes);
  }

  /**
   * Zeroes elements with this probability and scales the others by 1 / (1 - probability); which
   * ones is a pure function of {@code key}.
   */
  default Var dropout(double probability, long key) {
    return self().apply(new Dropout(key, probability));
  }
}
