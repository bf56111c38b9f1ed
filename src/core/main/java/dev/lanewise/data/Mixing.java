package dev.lanewise.data;

/**
 * A random blend of neighbours in a batch, samples and targets alike: each sample with the one
 * before it, the first with the last (the order of a shuffled epoch makes them a random pair). A
 * pure function of (seed, epoch, index of the batch, place in the list). It works on what {@link
 * Augmentation}s leave. Classes become probabilities, which {@code CrossEntropy} takes. Settings
 * and defaults are those of torchvision's {@code MixUp} and {@code CutMix}; values out of range
 * throw {@link IllegalArgumentException}.
 */
public sealed interface Mixing {

  /**
   * {@return how even the blend is: the share of a sample is of the distribution Beta(alpha,
   * alpha)}
   */
  double alpha();

  /** {@return the probability that a batch is blended at all, from 0 to 1} */
  double p();

  /**
   * The weighted mean of two samples, {@code x[i] = s x[i] + (1 - s) x[i - 1]} (Zhang et al. 2018,
   * mixup: Beyond Empirical Risk Minimization).
   *
   * @param alpha above 0; small ones leave one of the two nearly as it is, 1 is uniform
   * @param p the probability that a batch is blended, from 0 to 1
   */
  record Mixup(double alpha, double p) implements Mixing {
    /** Checks the values. */
    public Mixup {
      check("mixup", alpha, p);
    }
  }

  /**
   * One sample with a rectangle of another, of the same place in all images of the batch; the
   * targets are weighed by the areas (Yun et al. 2019, CutMix: Regularization Strategy to Train
   * Strong Classifiers). Images are the last two axes of a sample.
   *
   * @param alpha above 0: the area of the rectangle is, before it is cut off at the edges, a share
   *     1 - Beta(alpha, alpha) of the image
   * @param p the probability that a batch is blended, from 0 to 1
   */
  record CutMix(double alpha, double p) implements Mixing {
    /** Checks the values. */
    public CutMix {
      check("cutmix", alpha, p);
    }
  }

  private static void check(String mixing, double alpha, double p) {
    if (!(alpha > 0 && alpha < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "%s: alpha: found %s, expected a number above 0".formatted(mixing, alpha));
    }
    if (!(p >= 0 && p <= 1)) {
      throw new IllegalArgumentException(
          "%s: p: found %s, expected a number from 0 to 1".formatted(mixing, p));
    }
  }
}
