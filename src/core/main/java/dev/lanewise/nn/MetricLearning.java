package dev.lanewise.nn;

import dev.lanewise.autodiff.Var;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.ShapeException;

/**
 * Losses that pull the features [n, d] of like samples together and push those of unlike ones
 * apart. Distances are Euclidean.
 */
public final class MetricLearning {
  private MetricLearning() {}

  /**
   * The contrastive loss of pairs (Hadsell et al. 2006, Dimensionality Reduction by Learning an
   * Invariant Mapping), for the distance D of a pair:
   *
   * <pre>loss = D^2 / 2 for like samples, max(0, margin - D)^2 / 2 for unlike ones</pre>
   *
   * @param a features [n, d]
   * @param b features [n, d]
   * @param like [n], 1 where a and b are alike and 0 where they are not
   * @param margin the distance from which unlike samples are far enough, above 0
   * @param averaging how the losses [n] are joined
   * @return [n] losses, or one number, as {@code averaging} says
   * @throws ShapeException if the shapes differ
   * @throws IllegalArgumentException if the margin is not above 0
   */
  public static Var contrastive(Var a, Var b, Var like, double margin, Averaging averaging) {
    check("contrastive", margin, a, b);
    if (!like.shape().equals(Shape.of(a.shape().dim(0)))) {
      throw new ShapeException(
          "contrastive: expected like [n] for features %s, found %s"
              .formatted(a.shape(), like.shape()));
    }
    Var distance = a.sub(b).norm(false, 1);
    Var near = distance.square().mul(like);
    Var far = distance.neg().add(margin).relu().square().mul(like.neg().add(1));
    return averaging.apply(near.add(far).mul(0.5));
  }

  /**
   * The triplet loss (Balntas et al. 2016; PyTorch's {@code triplet_margin_loss} with p = 2):
   *
   * <pre>loss = max(0, D(anchor, positive) - D(anchor, negative) + margin)</pre>
   *
   * <p>with {@code D(x, y)} the norm of {@code x - y + 1e-6}, as there.
   *
   * @param anchor features [n, d]
   * @param positive features [n, d] of samples like the anchors
   * @param negative features [n, d] of samples unlike them
   * @param margin by how much the negative must be further away, above 0
   * @param averaging how the losses [n] are joined
   * @return [n] losses, or one number, as {@code averaging} says
   * @throws ShapeException if the shapes differ
   * @throws IllegalArgumentException if the margin is not above 0
   */
  public static Var tripletMargin(
      Var anchor, Var positive, Var negative, double margin, Averaging averaging) {
    check("triplet_margin", margin, anchor, positive, negative);
    Var near = anchor.sub(positive).add(1e-6).norm(false, 1);
    Var far = anchor.sub(negative).add(1e-6).norm(false, 1);
    return averaging.apply(near.sub(far).add(margin).relu());
  }

  private static void check(String loss, double margin, Var... features) {
    if (!(margin > 0)) {
      throw new IllegalArgumentException(loss + ": margin must be above 0, found " + margin);
    }
    for (Var v : features) {
      if (v.shape().rank() != 2 || !v.shape().equals(features[0].shape())) {
        throw new ShapeException(
            "%s: expected features [n, d] of the same shape, found %s and %s"
                .formatted(loss, features[0].shape(), v.shape()));
      }
    }
  }
}
