package dev.lanewise.nn;

import dev.lanewise.autodiff.Var;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.ShapeException;
import dev.lanewise.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The targets of a batch as a loss over classes sees them.
 *
 * @param indices [n], of a class each; class 0 where the target is ignored
 * @param counted [n], 1 where the target counts and 0 where it is ignored; null if all count
 * @param weights [n], the weight of each target's class, 0 where ignored; null if all weigh 1
 */
record ClassTargets(Tensor indices, @Nullable Var counted, @Nullable Var weights) {

  /** Targets [n] for {@code scores} [n, classes]; {@code classWeights} may be empty. */
  static ClassTargets of(Var scores, Var target, long ignored, List<Double> classWeights) {
    Shape s = scores.shape();
    if (s.rank() != 2 || !target.shape().equals(Shape.of(s.dim(0)))) {
      throw new ShapeException(
          "loss: expected scores [n, classes] and class indices [n], found %s and %s"
              .formatted(s, target.shape()));
    }
    long[] indices = target.tensor().toLongs();
    double[] counts = new double[indices.length];
    boolean all = true;
    for (int i = 0; i < indices.length; i++) {
      counts[i] = indices[i] == ignored ? 0 : 1;
      all &= indices[i] != ignored;
      indices[i] = indices[i] == ignored ? 0 : indices[i];
    }
    Tensor safe =
        all ? target.tensor() : scores.tape().scope().copy(target.tensor()).copyFrom(indices);
    Var counted = all ? null : constant(scores, counts);
    Var weights = null;
    if (!classWeights.isEmpty()) {
      weights = mask(constant(scores, classWeights).indexSelect(0, safe), counted);
    }
    return new ClassTargets(safe, counted, weights);
  }

  /** A weight for each class, as a variable like {@code scores} [n, classes]. */
  static Var constant(Var scores, List<Double> classWeights) {
    if (classWeights.size() != scores.shape().dim(-1)) {
      throw new ShapeException(
          "loss: %d class weights for scores %s".formatted(classWeights.size(), scores.shape()));
    }
    return constant(scores, classWeights.stream().mapToDouble(Double::doubleValue).toArray());
  }

  private static Var constant(Var like, double[] values) {
    Tensor t = like.tape().scope().allocate(like.dtype(), Shape.of(values.length));
    return like.tape().constant(t.copyFrom(values));
  }

  /** {@code scores} [n, classes] at the class of each row. */
  Var pick(Var scores) {
    long n = indices.size();
    return scores.gather(1, indices.reshape(n, 1)).reshape(n);
  }

  /** {@code losses} [n] times the weight of their class. */
  Var weigh(Var losses) {
    return weights == null ? losses : losses.mul(weights);
  }

  /** Joins {@code losses} [n], which are weighted already; their mean is over the weights. */
  Var join(Averaging averaging, Var losses) {
    Var masked = mask(losses, counted);
    Var total = weights != null ? weights : counted;
    return averaging == Averaging.MEAN && total != null
        ? masked.sum().div(total.sum())
        : averaging.apply(masked);
  }

  private static Var mask(Var v, @Nullable Var counted) {
    return counted == null ? v : v.where(counted.tensor(), counted);
  }
}
