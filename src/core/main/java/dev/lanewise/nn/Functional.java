package dev.lanewise.nn;

import dev.lanewise.autodiff.Var;
import dev.lanewise.internal.random.RandomKey;
import dev.lanewise.tensor.Scope;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.ShapeException;
import dev.lanewise.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * What layers compute, as functions of their inputs and parameters; names, formulas and shapes are
 * those of {@code torch.nn.functional}. All can be differentiated twice.
 */
public final class Functional {
  /** Layer normalization of such rows, and shorter ones, has an op of its own. */
  private static final long LONGEST_ROW = 4096;

  private Functional() {}

  // ---- embedding ----

  /**
   * Looks up rows.
   *
   * @param indices [...] of I32 or I64, each at least 0 and below classes
   * @param weight [classes, width]
   * @return [..., width]
   * @throws ShapeException if an index is out of range
   */
  public static Var embedding(Var indices, Var weight) {
    Tensor flat = indices.tape().scope().copy(indices.tensor());
    Shape out = indices.shape().insert(indices.shape().rank(), weight.shape().dim(1));
    return weight.indexSelect(0, flat.reshape(flat.size())).reshape(out);
  }

  /**
   * The positional encoding of Vaswani et al. 2017 for x [n, t, width], of shape [t, width]:
   *
   * <pre>
   * pe[p, 2i] = sin(p / 10000^(2i / width))    pe[p, 2i + 1] = cos(p / 10000^(2i / width))
   * </pre>
   *
   * @param x [n, t, width], of which only the shape and type are read
   * @return [t, width], a constant that x broadcasts with
   * @throws ShapeException if x has not three axes
   */
  public static Var sinusoidalEncoding(Var x) {
    Shape s = x.shape();
    if (s.rank() != 3) {
      throw new ShapeException("sinusoidal_encoding: expected [n, t, width], found " + s);
    }
    int width = Math.toIntExact(s.dim(2));
    double[] values = new double[Math.toIntExact(s.dim(1) * width)];
    for (int i = 0; i < values.length; i++) {
      int even = i % width / 2 * 2;
      int place = i / width;
      double angle = place / StrictMath.pow(10_000, even / (double) width);
      values[i] = i % width == even ? StrictMath.sin(angle) : StrictMath.cos(angle);
    }
    Tensor table = x.tape().scope().allocate(x.dtype(), Shape.of(s.dim(1), width));
    return x.tape().constant(table.copyFrom(values));
  }

  // ---- normalization ----

  /**
   * Layer normalization (Ba et al. 2016) over the last axes, as many as {@code weight} has:
   *
   * <pre>y = (x - mean) / sqrt(var + eps) * weight + bias</pre>
   *
   * @param x [..., normalized axes]
   * @param weight of the shape of the normalized axes
   * @param bias of the same shape, or null
   * @param eps added to the variance
   * @return a tensor of the shape of x
   * @throws ShapeException if x does not end in the shape of {@code weight}
   */
  public static Var layerNorm(Var x, Var weight, @Nullable Var bias, double eps) {
    int[] axes = lastAxes("layer_norm", x, weight);
    long n = weight.shape().size();
    if (bias != null && axes.length == 1 && n > 0 && n <= LONGEST_ROW && x.shape().size() > 0) {
      return x.layerNorm(weight, bias, eps);
    }
    Var y = standardize(x, eps, axes).mul(weight);
    return bias == null ? y : y.add(bias);
  }

  /**
   * Root mean square normalization (Zhang and Sennrich 2019) over the last axes, as many as {@code
   * weight} has:
   *
   * <pre>y = x / sqrt(mean(x^2) + eps) * weight</pre>
   *
   * @param x [..., normalized axes]
   * @param weight of the shape of the normalized axes
   * @param eps added to the mean square
   * @return a tensor of the shape of x
   * @throws ShapeException if x does not end in the shape of {@code weight}
   */
  public static Var rmsNorm(Var x, Var weight, double eps) {
    int[] axes = lastAxes("rms_norm", x, weight);
    return x.mul(x.square().mean(true, axes).add(eps).rsqrt()).mul(weight);
  }

  /**
   * Group normalization (Wu and He 2018), over each of {@code groups} groups of neighbouring
   * channels of each sample:
   *
   * <pre>y = (x - mean) / sqrt(var + eps) * weight + bias</pre>
   *
   * @param x [n, c, ...]
   * @param groups a divisor of c
   * @param weight [c]
   * @param bias [c]
   * @param eps added to the variance
   * @return a tensor of the shape of x
   * @throws ShapeException if the channels do not make so many groups
   */
  public static Var groupNorm(Var x, long groups, Var weight, Var bias, double eps) {
    Shape s = x.shape();
    if (s.rank() < 2 || s.dim(1) % groups != 0) {
      throw new ShapeException(
          "group_norm: the channels of %s do not make %d groups".formatted(s, groups));
    }
    Var grouped = x.reshape(s.dim(0), groups, -1);
    Var y = standardize(grouped, eps, 2).reshape(s);
    return y.mul(perChannel(weight, s)).add(perChannel(bias, s));
  }

  /**
   * What batch normalization gives.
   *
   * @param y the result
   * @param runningMean the mean of each channel to use in evaluation, [c]
   * @param runningVar the variance
   */
  public record BatchNormalized(Var y, Var runningMean, Var runningVar) {}

  /**
   * Batch normalization (Ioffe and Szegedy 2015) of x [n, c, ...], channel by channel:
   *
   * <pre>y = (x - mean) / sqrt(var + eps) * weight + bias</pre>
   *
   * <p>with the mean and variance of the batch in training, and the running ones in evaluation. In
   * training the running ones move by {@code momentum} towards those of the batch, the variance
   * there being the unbiased one.
   *
   * @param x [n, c, ...]
   * @param runningMean [c]
   * @param runningVar [c]
   * @param weight [c]
   * @param bias [c]
   * @param training whether to use, and follow, the statistics of the batch
   * @param momentum how far the running statistics move, in [0, 1]
   * @param eps added to the variance
   * @return the result, of the shape of x, and the running statistics to use from now on; nothing
   *     is changed in place
   * @throws ShapeException if x has not as many channels as {@code weight}, or in training only one
   *     value a channel
   */
  public static BatchNormalized batchNorm(
      Var x,
      Var runningMean,
      Var runningVar,
      Var weight,
      Var bias,
      boolean training,
      double momentum,
      double eps) {
    Shape s = x.shape();
    if (s.rank() < 2 || s.dim(1) != weight.shape().size()) {
      throw new ShapeException(
          "batch_norm: input %s does not have %d channels".formatted(s, weight.shape().size()));
    }
    Var scale = perChannel(weight, s);
    Var shift = perChannel(bias, s);
    if (!training) {
      Var width = perChannel(runningVar, s).add(eps).rsqrt();
      Var y = x.sub(perChannel(runningMean, s)).mul(width).mul(scale).add(shift);
      return new BatchNormalized(y, runningMean, runningVar);
    }
    double n = s.size() / (double) s.dim(1);
    if (n < 2) {
      throw new ShapeException(
          "batch_norm: training needs more than one value a channel, found input " + s);
    }
    int[] axes = new int[s.rank() - 1];
    for (int i = 1; i < axes.length; i++) {
      axes[i] = i + 1;
    }
    Var mean = x.mean(true, axes);
    Var distance = x.sub(mean);
    Var variance = distance.square().mean(true, axes);
    Var y = distance.mul(variance.add(eps).rsqrt()).mul(scale).add(shift);
    return new BatchNormalized(
        y,
        towards(runningMean, mean, momentum, 1),
        towards(runningVar, variance, momentum, n / (n - 1)));
  }

  private static Var towards(Var running, Var batch, double momentum, double factor) {
    Var found = batch.stopGradient().reshape(running.shape());
    return running.mul(1 - momentum).add(found.mul(factor * momentum));
  }

  /** (x - mean) / sqrt(var + eps) over {@code axes}. */
  private static Var standardize(Var x, double eps, int... axes) {
    Var distance = x.sub(x.mean(true, axes));
    return distance.mul(distance.square().mean(true, axes).add(eps).rsqrt());
  }

  /** [c] as [c, 1, ...], to broadcast to {@code s} = [n, c, ...]. */
  private static Var perChannel(Var v, Shape s) {
    Shape wide = v.shape();
    for (int a = 2; a < s.rank(); a++) {
      wide = wide.insert(wide.rank(), 1);
    }
    return v.reshape(wide);
  }

  private static int[] lastAxes(String op, Var x, Var weight) {
    int n = weight.shape().rank();
    int[] axes = new int[n];
    for (int i = 0; i < n; i++) {
      axes[i] = i - n;
      if (n > x.shape().rank() || x.shape().dim(axes[i]) != weight.shape().dim(axes[i])) {
        throw new ShapeException(
            "%s: input %s does not end in %s".formatted(op, x.shape(), weight.shape()));
      }
    }
    return axes;
  }

  // ---- randomness ----

  /**
   * Zeroes whole channels at random and scales the others by {@code 1 / (1 - probability)} (Tompson
   * et al. 2015), as {@link Dropout2d} does in training.
   *
   * @param x [n, channels, ...]
   * @param probability of zeroing, in [0, 1)
   * @param key of the random stream, see {@link Forward#randomKey}; which channels are zeroed is a
   *     pure function of it, the sample and the channel
   * @return a tensor of the shape of x
   * @throws IllegalArgumentException if {@code probability} is out of range
   */
  public static Var dropout2d(Var x, double probability, long key) {
    return RandomMask.apply("dropout2d", x, probability, 2, key);
  }

  /**
   * Stochastic depth (Huang et al. 2016): zeroes whole samples at random and scales the others by
   * {@code 1 / (1 - probability)}, as {@link DropPath} does in training.
   *
   * @param x [n, ...]
   * @param probability of zeroing, in [0, 1)
   * @param key of the random stream, see {@link Forward#randomKey}; which samples are zeroed is a
   *     pure function of it and the sample
   * @return a tensor of the shape of x
   * @throws IllegalArgumentException if {@code probability} is out of range
   */
  public static Var dropPath(Var x, double probability, long key) {
    return RandomMask.apply("drop_path", x, probability, 1, key);
  }

  /**
   * Adds normally distributed noise, as {@link GaussianNoise} does in training.
   *
   * @param x [...]
   * @param deviation standard deviation, at least 0
   * @param key of the random stream, see {@link Forward#randomKey}; the noise is a pure function of
   *     it and the element
   * @return a tensor of the shape of x
   * @throws IllegalArgumentException if {@code deviation} is negative or not finite
   */
  public static Var gaussianNoise(Var x, double deviation, long key) {
    GaussianNoise.check(deviation);
    if (deviation == 0) {
      return x;
    }
    RandomKey stream = new RandomKey(key);
    double[] noise = new double[Math.toIntExact(x.shape().size())];
    for (int i = 0; i < noise.length; i++) {
      noise[i] = deviation * stream.normal(i);
    }
    Tensor added = x.tape().scope().allocate(x.dtype(), x.shape()).copyFrom(noise);
    return x.add(x.tape().constant(added));
  }

  // ---- attention ----

  /**
   * Scaled dot-product attention (Vaswani et al. 2017) of queries [..., l, d] on keys [..., s, d]
   * and values [..., s, v]:
   *
   * <pre>y = softmax(q k^T / sqrt(d) + mask) v</pre>
   *
   * @param q queries [..., l, d]
   * @param k keys [..., s, d]
   * @param v values [..., s, v]
   * @param mask broadcasts to [..., l, s]: floating numbers are added to the scores, of other types
   *     0 excludes; null for none
   * @param causal whether query i sees keys 0 to i only
   * @return [..., l, v]
   * @throws ShapeException if the shapes do not fit
   */
  public static Var scaledDotProductAttention(
      Var q, Var k, Var v, @Nullable Var mask, boolean causal) {
    Var scores = q.mul(1 / Math.sqrt(q.shape().dim(-1))).matmul(k.transpose());
    Scope scope = q.tape().scope();
    if (mask != null) {
      if (mask.dtype().isFloating()) {
        scores = scores.add(mask);
      } else {
        Tensor never = scope.allocate(q.dtype(), Shape.scalar()).fill(Double.NEGATIVE_INFINITY);
        scores = scores.where(mask.tensor(), q.tape().constant(never));
      }
    }
    if (causal) {
      long keys = k.shape().dim(-2);
      Tensor future = scope.zeros(q.dtype(), Shape.of(q.shape().dim(-2), keys));
      for (long i = 0; i < future.shape().dim(0); i++) {
        future
            .slice(0, i, i + 1)
            .slice(1, Math.min(i + 1, keys), keys)
            .fill(Double.NEGATIVE_INFINITY);
      }
      scores = scores.add(q.tape().constant(future));
    }
    return scores.softmax(-1).matmul(v);
  }

  /**
   * Multi-head self-attention (Vaswani et al. 2017) of x [n, t, e]: queries, keys and values are
   * one linear map, each head attends on its own e / heads features, and their results go through
   * another linear map.
   *
   * @param x [n, t, e], t at most 4096
   * @param heads a divisor of e
   * @param inWeight [3 e, e]: rows for queries, keys, values
   * @param inBias [3 e]
   * @param outWeight [e, e]
   * @param outBias [e]
   * @param causal whether position i sees positions 0 to i only
   * @return [n, t, e]
   * @throws ShapeException if the shapes do not fit
   */
  public static Var multiHeadAttention(
      Var x, long heads, Var inWeight, Var inBias, Var outWeight, Var outBias, boolean causal) {
    Shape s = x.shape();
    if (s.rank() != 3 || s.dim(2) % heads != 0) {
      throw new ShapeException(
          "multi_head_attention: expected input [n, t, e] with e a multiple of %d, found %s"
              .formatted(heads, s));
    }
    return x.linear(inWeight, inBias).selfAttention(heads, causal).linear(outWeight, outBias);
  }
}
