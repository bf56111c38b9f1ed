package dev.lanewise.nn;

import dev.lanewise.autodiff.Var;
import dev.lanewise.tensor.Shape;
import java.util.List;

/**
 * What training makes small. Formulas, names and defaults are those of PyTorch's {@code
 * torch.nn.functional} where it has the loss.
 */
public sealed interface Loss {

  /** The class index that losses ignore by default, as in PyTorch. */
  long IGNORED = -100;

  /**
   * Computes the loss. Losses of classes also take sequences: scores [n, t, classes] and class
   * indices [n, t]; each place counts like a sample of its own.
   *
   * @param output results of the model, [n, ...]
   * @param target what they should be, on the same tape
   * @return one number, unless the averaging is {@link Averaging#NONE}
   * @throws dev.lanewise.tensor.ShapeException if the two do not fit each other
   */
  Var of(Var output, Var target);

  /**
   * Rows of scores: results [n, t, ..., classes] of sequences as [n t ..., classes], others as they
   * are.
   */
  private static Var rows(Var output) {
    Shape s = output.shape();
    return s.rank() <= 2 ? output : output.reshape(-1, s.dim(-1));
  }

  /** The targets of {@link #rows}: class indices [n, t, ...] as [n t ...]. */
  private static Var indices(Var target) {
    return target.shape().rank() <= 1 ? target : target.reshape(-1);
  }

  /** {@return what the outputs stand for, which decides how a model is measured} */
  default Task task() {
    return Task.NUMBERS;
  }

  /** {@return whether the outputs are scores of classes} */
  default boolean classifies() {
    return task() == Task.CLASSES;
  }

  /** {@return the class index whose targets count for nothing} */
  default long ignoreIndex() {
    return IGNORED;
  }

  /** {@return {@link CrossEntropy} without smoothing; the mean over the batch} */
  static Loss crossEntropy() {
    return crossEntropy(0);
  }

  /**
   * {@return {@link CrossEntropy} with label smoothing; the mean over the batch}
   *
   * @param labelSmoothing in [0, 1): this much of the target is spread over all classes
   * @throws IllegalArgumentException if it is out of range
   */
  static Loss crossEntropy(double labelSmoothing) {
    return new CrossEntropy(labelSmoothing, IGNORED, List.of(), Averaging.MEAN);
  }

  /**
   * {@return cross-entropy of log-probabilities, {@link NegativeLogLikelihood}; the mean over the
   * batch}
   */
  static Loss nll() {
    return new NegativeLogLikelihood(IGNORED, List.of(), Averaging.MEAN);
  }

  /** {@return {@link Focal} with gamma 2; the mean over the batch} */
  static Loss focal() {
    return new Focal(2, IGNORED, List.of(), Averaging.MEAN);
  }

  /** {@return {@link MeanSquaredError}; the mean over all elements} */
  static Loss mse() {
    return new MeanSquaredError(Averaging.MEAN);
  }

  /** {@return {@link AbsoluteError}; the mean over all elements} */
  static Loss l1() {
    return new AbsoluteError(Averaging.MEAN);
  }

  /** {@return {@link Huber} with delta 1; the mean over all elements} */
  static Loss huber() {
    return new Huber(1, Averaging.MEAN);
  }

  /** {@return {@link SmoothL1} with beta 1; the mean over all elements} */
  static Loss smoothL1() {
    return new SmoothL1(1, Averaging.MEAN);
  }

  /** {@return {@link BceWithLogits} without weights; the mean over all elements} */
  static Loss bceWithLogits() {
    return new BceWithLogits(List.of(), Averaging.MEAN);
  }

  /** {@return {@link Hinge}; the mean over all elements} */
  static Loss hinge() {
    return new Hinge(Averaging.MEAN);
  }

  /** {@return {@link KlDivergence}; the mean over the batch, which is the divergence itself} */
  static Loss klDivergence() {
    return new KlDivergence(Averaging.BATCHMEAN);
  }

  // ---- of classes ----

  /**
   * Cross-entropy of logits [n, classes], softmax included, with class indices [n] (I32 or I64) or
   * with probabilities [n, classes]. With smoothing s, class weights w and the target y,
   *
   * <pre>loss = -(1 - s) w[y] log p[y] - s / classes * sum_c w[c] log p[c]</pre>
   *
   * and with probabilities q, {@code loss = -sum_c w[c] ((1 - s) q[c] + s / classes) log p[c]}. The
   * mean over class indices is the sum divided by the weights of those that are not ignored.
   *
   * @param labelSmoothing in [0, 1): this much of the target is spread over all classes (Szegedy et
   *     al. 2016)
   * @param ignoreIndex targets of this class index count for nothing
   * @param weight one a class, or empty for 1
   * @param averaging how the losses [n] are joined
   */
  record CrossEntropy(
      double labelSmoothing, long ignoreIndex, List<Double> weight, Averaging averaging)
      implements Loss {
    /**
     * Checks the smoothing.
     *
     * @throws IllegalArgumentException if it is out of range
     */
    public CrossEntropy {
      if (!(labelSmoothing >= 0 && labelSmoothing < 1)) {
        throw new IllegalArgumentException(
            "cross_entropy: label_smoothing must be in [0, 1), found " + labelSmoothing);
      }
      weight = List.copyOf(weight);
    }

    @Override
    public Var of(Var scores, Var target) {
      Var output = rows(scores);
      if (target.dtype().isFloating()) {
        double uniform = labelSmoothing / output.shape().dim(-1);
        Var smooth = target.mul(1 - labelSmoothing).add(uniform);
        return averaging.apply(weighted(output.logSoftmax(1)).mul(smooth).sum(1).neg());
      }
      ClassTargets classes = ClassTargets.of(output, indices(target), ignoreIndex, weight);
      if (weight.isEmpty() || labelSmoothing == 0) {
        Var indices = target.tape().constant(classes.indices());
        Var losses = output.crossEntropy(indices, labelSmoothing);
        return classes.join(averaging, classes.weigh(losses));
      }
      Var logs = output.logSoftmax(1);
      Var ofAll = weighted(logs).mean(1).mul(-labelSmoothing);
      Var ofTarget = classes.weigh(classes.pick(logs)).mul(labelSmoothing - 1);
      return classes.join(averaging, ofTarget.add(ofAll));
    }

    private Var weighted(Var logs) {
      return weight.isEmpty() ? logs : logs.mul(ClassTargets.constant(logs, weight));
    }

    @Override
    public Task task() {
      return Task.CLASSES;
    }
  }

  /**
   * {@code -w[y] x[y]} for log-probabilities x [n, classes] and class indices y [n]: cross-entropy
   * after a log-softmax. The mean is the sum divided by the weights of targets not ignored.
   *
   * @param ignoreIndex targets of this class index count for nothing
   * @param weight one a class, or empty for 1
   * @param averaging how the losses [n] are joined
   */
  record NegativeLogLikelihood(long ignoreIndex, List<Double> weight, Averaging averaging)
      implements Loss {
    /** Copies the weights. */
    public NegativeLogLikelihood {
      weight = List.copyOf(weight);
    }

    @Override
    public Var of(Var scores, Var target) {
      Var output = rows(scores);
      ClassTargets classes = ClassTargets.of(output, indices(target), ignoreIndex, weight);
      return classes.join(averaging, classes.weigh(classes.pick(output).neg()));
    }

    @Override
    public Task task() {
      return Task.CLASSES;
    }
  }

  /**
   * Cross-entropy that counts well-classified samples less (Lin et al. 2017, Focal Loss for Dense
   * Object Detection), of logits [n, classes] with class indices y [n]:
   *
   * <pre>loss = -w[y] (1 - p[y])^gamma log p[y]    with p = softmax(x)</pre>
   *
   * @param gamma how much less; 0 is cross-entropy
   * @param ignoreIndex targets of this class index count for nothing
   * @param weight one a class (the paper's alpha), or empty for 1
   * @param averaging how the losses [n] are joined
   */
  record Focal(double gamma, long ignoreIndex, List<Double> weight, Averaging averaging)
      implements Loss {
    /**
     * Checks gamma.
     *
     * @throws IllegalArgumentException if it is negative
     */
    public Focal {
      if (!(gamma >= 0)) {
        throw new IllegalArgumentException("focal: gamma must not be negative, found " + gamma);
      }
      weight = List.copyOf(weight);
    }

    @Override
    public Var of(Var scores, Var target) {
      Var output = rows(scores);
      ClassTargets classes = ClassTargets.of(output, indices(target), ignoreIndex, weight);
      Var logs = output.crossEntropy(target.tape().constant(classes.indices()), 0).neg();
      Var misses = logs.expm1().neg();
      return classes.join(averaging, classes.weigh(misses.pow(gamma).mul(logs).neg()));
    }

    @Override
    public Task task() {
      return Task.CLASSES;
    }
  }

  // ---- of numbers ----

  /**
   * (output - target)^2.
   *
   * @param averaging how the losses of the elements are joined
   */
  record MeanSquaredError(Averaging averaging) implements Loss {
    @Override
    public Var of(Var output, Var target) {
      return averaging.apply(output.sub(target).square());
    }
  }

  /**
   * |output - target|.
   *
   * @param averaging how the losses of the elements are joined
   */
  record AbsoluteError(Averaging averaging) implements Loss {
    @Override
    public Var of(Var output, Var target) {
      return averaging.apply(output.sub(target).abs());
    }
  }

  /**
   * Squared near 0 and linear beyond (Huber 1964), for d = output - target:
   *
   * <pre>loss = d^2 / 2 where |d| &lt;= delta, delta (|d| - delta / 2) elsewhere</pre>
   *
   * @param delta where the line begins, above 0
   * @param averaging how the losses of the elements are joined
   */
  record Huber(double delta, Averaging averaging) implements Loss {
    /**
     * Checks delta.
     *
     * @throws IllegalArgumentException if it is not above 0
     */
    public Huber {
      if (!(delta > 0)) {
        throw new IllegalArgumentException("huber: delta must be above 0, found " + delta);
      }
    }

    @Override
    public Var of(Var output, Var target) {
      return averaging.apply(losses(output.sub(target), delta));
    }

    /** With c = clamp(d, -delta, delta) both cases are c (d - c / 2). */
    private static Var losses(Var d, double delta) {
      Var c = d.clamp(-delta, delta);
      return c.mul(d.sub(c.mul(0.5)));
    }
  }

  /**
   * The Huber loss divided by beta (Girshick 2015, Fast R-CNN); 0 makes it the absolute error.
   *
   * @param beta where the line begins, at least 0
   * @param averaging how the losses of the elements are joined
   */
  record SmoothL1(double beta, Averaging averaging) implements Loss {
    /**
     * Checks beta.
     *
     * @throws IllegalArgumentException if it is negative
     */
    public SmoothL1 {
      if (!(beta >= 0)) {
        throw new IllegalArgumentException("smooth_l1: beta must not be negative, found " + beta);
      }
    }

    @Override
    public Var of(Var output, Var target) {
      Var d = output.sub(target);
      return averaging.apply(beta == 0 ? d.abs() : Huber.losses(d, beta).div(beta));
    }
  }

  /**
   * Binary cross-entropy of logits x with shares of yes t:
   *
   * <pre>loss = -(w t log sigmoid(x) + (1 - t) log(1 - sigmoid(x)))</pre>
   *
   * @param posWeight w, which makes yes count more or less: one for each element of the last axis,
   *     or empty for 1
   * @param averaging how the losses of the elements are joined
   */
  record BceWithLogits(List<Double> posWeight, Averaging averaging) implements Loss {
    /**
     * Checks the weights.
     *
     * @throws IllegalArgumentException if one is negative or not finite
     */
    public BceWithLogits {
      posWeight = List.copyOf(posWeight);
      for (double weight : posWeight) {
        if (!(weight >= 0 && weight < Double.POSITIVE_INFINITY)) {
          throw new IllegalArgumentException(
              "bce_with_logits: pos_weight must not be negative, found " + weight);
        }
      }
    }

    @Override
    public Var of(Var output, Var target) {
      if (posWeight.isEmpty()) {
        return averaging.apply(output.softplus().sub(output.mul(target)));
      }
      // (1 - t) x + (1 + (w - 1) t) softplus(-x)
      Var weight = ClassTargets.constant(output, posWeight);
      Var yes = target.mul(weight.sub(1)).add(1).mul(output.neg().softplus());
      return averaging.apply(output.sub(output.mul(target)).add(yes));
    }

    @Override
    public Task task() {
      return Task.BINARY;
    }
  }

  /**
   * max(0, 1 - output * target) for targets -1 and 1 (Cortes and Vapnik 1995).
   *
   * @param averaging how the losses of the elements are joined
   */
  record Hinge(Averaging averaging) implements Loss {
    @Override
    public Var of(Var output, Var target) {
      return averaging.apply(output.mul(target).neg().add(1).relu());
    }

    @Override
    public Task task() {
      return Task.OTHER;
    }
  }

  /**
   * target (log target - output) for log-probabilities and a target of probabilities (Kullback and
   * Leibler 1951); 0 log 0 counts as 0. Only {@link Averaging#BATCHMEAN} gives the divergence, so
   * that is the default here; PyTorch's default is {@link Averaging#MEAN}.
   *
   * @param averaging how the losses of the elements are joined
   */
  record KlDivergence(Averaging averaging) implements Loss {
    @Override
    public Var of(Var output, Var target) {
      Var positive = target.add(target.sign().neg().add(1)); // 1 where the target is 0
      return averaging.apply(target.mul(positive.log().sub(output)));
    }

    @Override
    public Task task() {
      return Task.OTHER;
    }
  }
}
