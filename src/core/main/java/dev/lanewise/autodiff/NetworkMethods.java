package dev.lanewise.autodiff;

import dev.lanewise.internal.op.Attention;
import dev.lanewise.internal.op.ChannelsLast;
import dev.lanewise.internal.op.Convolution;
import dev.lanewise.internal.op.CrossEntropy;
import dev.lanewise.internal.op.Dropout;
import dev.lanewise.internal.op.LayerNorm;
import dev.lanewise.internal.op.Linear;
import dev.lanewise.internal.op.MaxPool;
import dev.lanewise.internal.op.Op;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Window;
import org.jspecify.annotations.Nullable;

/**
 * The methods of {@link Var} that layers of networks are made of, each one op. They compute in F32
 * or F64.
 *
 * <p>All throw {@link dev.lanewise.tensor.ShapeException} if shapes are not those named, and {@link
 * dev.lanewise.tensor.DTypeException} if types (but for those of class indices) differ or are
 * neither F32 nor F64.
 */
public sealed interface NetworkMethods permits Var {

  private Var self() {
    return (Var) this;
  }

  /**
   * {@return {@code this weight^T + bias} over the last axis: [..., in] to [..., out]}
   *
   * @param weight [out, in]
   * @param bias [out]
   */
  default Var linear(Var weight, Var bias) {
    return self().apply(new Linear(), weight, bias);
  }

  /**
   * {@return the convolution of images [n, in, h, w], without flipping the kernel: [n, out, oh,
   * ow]}
   *
   * @param weight [out, in, kh, kw]
   * @param bias [out], or null
   * @param rows the windows along h, of stride 1 and padded by less than their extent
   * @param columns the windows along w, likewise
   */
  default Var conv2d(Var weight, @Nullable Var bias, Window rows, Window columns) {
    Op op = new Convolution.Forward(rows, columns);
    return bias == null ? self().apply(op, weight) : self().apply(op, weight, bias);
  }

  /**
   * {@return {@code conv2d(weight, bias, rows, columns).maxPool2x2()}, the same bits in less time}
   *
   * @param weight [out, in, kh, kw]
   * @param bias [out], or null
   * @param rows the windows along h, of stride 1 and padded by less than their extent
   * @param columns the windows along w, likewise
   */
  default Var conv2dMaxPool2x2(Var weight, @Nullable Var bias, Window rows, Window columns) {
    Shape x = self().shape();
    long outputs = weight.shape().rank() == 4 ? weight.shape().dim(0) : 0;
    if (x.rank() != 4 || !ChannelsLast.suits(self().dtype(), x, rows, columns, outputs)) {
      return conv2d(weight, bias, rows, columns).maxPool2x2();
    }
    Op op = new ChannelsLast.Conv2d(rows, columns);
    Var y = bias == null ? self().apply(op, weight) : self().apply(op, weight, bias);
    return y.apply(new ChannelsLast.MaxPool2x2());
  }

  /**
   * {@return the maxima of images [n, c, h, w] in windows of two by two side by side: [n, c, h / 2,
   * w / 2], rounded down}
   */
  default Var maxPool2x2() {
    return self().apply(new MaxPool());
  }

  /**
   * Attention of sequences on themselves (Vaswani et al. 2017): this holds queries, keys and values
   * side by side, [n, t, 3 e], and each head attends on its own e / heads features. t is at most
   * 4096.
   *
   * @param heads a divisor of e
   * @param causal whether position i sees positions 0 to i only
   * @return [n, t, e]
   */
  default Var selfAttention(long heads, boolean causal) {
    return self().apply(new Attention(heads, causal));
  }

  /**
   * {@return the rows of this, along its last axis, as {@code (x - mean) / sqrt(var + eps) * weight
   * + bias}} Rows have 1 to 4096 elements (Ba et al. 2016).
   *
   * @param weight as long as a row
   * @param bias as long as a row
   * @param eps added to the variance
   */
  default Var layerNorm(Var weight, Var bias, double eps) {
    return self().apply(new LayerNorm(eps), weight, bias);
  }

  /**
   * {@return the cross-entropy [n] of logits [n, classes], softmax included, with class indices}
   *
   * @param classes [n] of I32 or I64, each at least 0 and below the number of classes
   * @param smoothing in [0, 1): this much of the target is spread over all classes (Szegedy et al.
   *     2016)
   */
  default Var crossEntropy(Var classes, double smoothing) {
    return self().apply(new CrossEntropy(smoothing), classes);
  }

  /**
   * Zeroes elements at random and scales the others by {@code 1 / (1 - probability)} (Srivastava et
   * al. 2014).
   *
   * @param probability of zeroing, in [0, 1)
   * @param key of the random stream; which elements are zeroed is a pure function of it and of
   *     their position
   * @return a tensor of the shape of this
   * @throws IllegalArgumentException if {@code probability} is not in [0, 1)
   */
  default Var dropout(double probability, long key) {
    return self().apply(new Dropout(key, probability));
  }
}
