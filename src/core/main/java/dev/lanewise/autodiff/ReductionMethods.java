package dev.lanewise.autodiff;

import dev.lanewise.internal.op.ElementwiseTable;
import dev.lanewise.internal.op.Indexing;
import dev.lanewise.internal.op.Reduce;
import dev.lanewise.internal.op.Softmax;
import java.util.List;

/**
 * The methods of {@link Var} that work along axes, negative ones counting from the end. No axes
 * given means all. They compute in F32 or F64; sums follow reduce-v1, so that bits never depend on
 * the number of threads or the machine.
 *
 * <p>All throw {@link dev.lanewise.tensor.ShapeException} if there is no such axis or one is given
 * twice, and {@link dev.lanewise.tensor.DTypeException} if this is neither F32 nor F64.
 */
public sealed interface ReductionMethods permits Var {

  private Var self() {
    return (Var) this;
  }

  /**
   * {@return the sum over {@code axes}, which are removed; 0 of no elements}
   *
   * @param axes the axes to sum over
   */
  default Var sum(int... axes) {
    return sum(false, axes);
  }

  /**
   * {@return the sum over {@code axes}; 0 of no elements}
   *
   * @param keepdim whether the axes stay, with length 1
   * @param axes the axes to sum over
   */
  default Var sum(boolean keepdim, int... axes) {
    return self().apply(Reduce.sum(self().shape(), keepdim, axes));
  }

  /**
   * {@return the mean over {@code axes}, which are removed; NaN of no elements}
   *
   * @param axes the axes to average over
   */
  default Var mean(int... axes) {
    return mean(false, axes);
  }

  /**
   * {@return the mean over {@code axes}; NaN of no elements}
   *
   * @param keepdim whether the axes stay, with length 1
   * @param axes the axes to average over
   */
  default Var mean(boolean keepdim, int... axes) {
    return sum(keepdim, axes).div(count(axes));
  }

  private double count(int... axes) {
    if (axes.length == 0) {
      return self().shape().size();
    }
    double n = 1;
    for (int axis : axes) {
      n *= self().shape().dim(axis);
    }
    return n;
  }

  /**
   * {@return the variance over {@code axes}: squared distances from the mean, divided by {@code n -
   * correction}}
   *
   * @param correction 1 for the unbiased estimate, 0 for the variance of the elements themselves; a
   *     divisor below 0 counts as 0
   * @param keepdim whether the axes stay, with length 1
   * @param axes the axes with the n elements of each result
   */
  default Var var(double correction, boolean keepdim, int... axes) {
    Var distance = self().sub(mean(true, axes));
    return distance.square().sum(keepdim, axes).div(Math.max(0, count(axes) - correction));
  }

  /**
   * {@return the Euclidean norm over {@code axes}} The gradient at 0 is 0.
   *
   * @param keepdim whether the axes stay, with length 1
   * @param axes the axes of each vector
   */
  default Var norm(boolean keepdim, int... axes) {
    return self().square().sum(keepdim, axes).apply(ElementwiseTable.NORM_ROOT);
  }

  /**
   * {@return the largest element over {@code axes}} Elements that attain it share the gradient.
   *
   * @param keepdim whether the axes stay, with length 1
   * @param axes the axes to search, none of length 0
   */
  default Var amax(boolean keepdim, int... axes) {
    return self().apply(Reduce.amax(self().shape(), keepdim, axes));
  }

  /**
   * {@return the smallest element over {@code axes}} Elements that attain it share the gradient.
   *
   * @param keepdim whether the axes stay, with length 1
   * @param axes the axes to search, none of length 0
   */
  default Var amin(boolean keepdim, int... axes) {
    return self().apply(Reduce.amin(self().shape(), keepdim, axes));
  }

  /**
   * {@return I32 indices of the largest elements along an axis} Ties go to the lowest index; no
   * gradient flows.
   *
   * @param axis the axis to search, not of length 0
   * @param keepdim whether the axis stays, with length 1
   */
  default Var argmax(int axis, boolean keepdim) {
    return self().apply(new Indexing.ArgExtreme(self().shape().axis(axis), keepdim, true));
  }

  /**
   * {@return I32 indices of the smallest elements along an axis} Ties go to the lowest index; no
   * gradient flows.
   *
   * @param axis the axis to search, not of length 0
   * @param keepdim whether the axis stays, with length 1
   */
  default Var argmin(int axis, boolean keepdim) {
    return self().apply(new Indexing.ArgExtreme(self().shape().axis(axis), keepdim, false));
  }

  /**
   * {@return log(sum(e^x)) over {@code axes}, without overflow}
   *
   * @param keepdim whether the axes stay, with length 1
   * @param axes the axes to sum over
   */
  default Var logsumexp(boolean keepdim, int... axes) {
    List<Integer> sorted = Reduce.sum(self().shape(), keepdim, axes).axes();
    return self().apply(new Softmax.LogSumExp(sorted, keepdim));
  }

  /**
   * {@return e^x / sum(e^x) along an axis, of the shape of this}
   *
   * @param axis the axis along which results add up to 1
   */
  default Var softmax(int axis) {
    return self().apply(new Softmax.Probabilities(self().shape().axis(axis)));
  }

  /**
   * {@return log(softmax(x)) along an axis, of the shape of this, without overflow}
   *
   * @param axis the axis along which the exponentials of results add up to 1
   */
  default Var logSoftmax(int axis) {
    return self().apply(new Softmax.LogProbabilities(self().shape().axis(axis)));
  }

  /**
   * {@return running sums along an axis, of the shape of this}
   *
   * @param axis the axis to go along, from index 0
   */
  default Var cumsum(int axis) {
    return self().apply(new Indexing.CumSum(self().shape().axis(axis), false));
  }
}
