package dev.lanewise.autodiff;

import dev.lanewise.internal.op.ElementwiseTable;
import dev.lanewise.internal.op.Indexing;
import dev.lanewise.internal.op.Reduce;
import dev.lanewise.internal.op.Softmax;
import java.util.List;

/**
 * The methods of {@link Var} that work along axes, negative ones counting from the end. No axes
 * given means all.
 */
public sealed interface ReductionMethods permits Var {

  private Var self() {
    return (Var) this;
  }

  /** The sum over {@code axes}, which are removed. */
  default Var sum(int... axes) {
    return sum(false, axes);
  }

  /** The sum over {@code axes}, kept with length 1 if {@code keepdim}. */
  default Var sum(boolean keepdim, int... axes) {
    return self().apply(Reduce.sum(self().shape(), keepdim, axes));
  }

  /** The mean over {@code axes}, which are removed. */
  default Var mean(int... axes) {
    return mean(false, axes);
  }

  /** The mean over {@code axes}, kept with length 1 if {@code keepdim}. */
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
   * The variance over {@code axes}: squared distances from the mean, divided by n - {@code
   * correction}.
   */
  default Var var(double correction, boolean keepdim, int... axes) {
    Var distance = self().sub(mean(true, axes));
    return distance.square().sum(keepdim, axes).div(Math.max(0, count(axes) - correction));
  }

  /** The Euclidean norm over {@code axes}. */
  default Var norm(boolean keepdim, int... axes) {
    return self().square().sum(keepdim, axes).apply(ElementwiseTable.NORM_ROOT);
  }

  /** The largest element over {@code axes}; elements that attain it share the gradient. */
  default Var amax(boolean keepdim, int... axes) {
    return self().apply(Reduce.amax(self().shape(), keepdim, axes));
  }

  /** The smallest element over {@code axes}; elements that attain it share the gradient. */
  default Var amin(boolean keepdim, int... axes) {
    return self().apply(Reduce.amin(self().shape(), keepdim, axes));
  }

  /** I32 indices of the largest elements along an axis; ties go to the lowest. */
  default Var argmax(int axis, boolean keepdim) {
    return self().apply(new Indexing.ArgExtreme(self().shape().axis(axis), keepdim, true));
  }

  /** I32 indices of the smallest elements along an axis; ties go to the lowest. */
  default Var argmin(int axis, boolean keepdim) {
    return self().apply(new Indexing.ArgExtreme(self().shape().axis(axis), keepdim, false));
  }

  /** log(sum(e^x)) over {@code axes}. */
  default Var logsumexp(boolean keepdim, int... axes) {
    List<Integer> sorted = Reduce.sum(self().shape(), keepdim, axes).axes();
    return self().apply(new Softmax.LogSumExp(sorted, keepdim));
  }

  /** e^x / sum(e^x) along an axis. */
  default Var softmax(int axis) {
    return self().apply(new Softmax.Probabilities(self().shape().axis(axis)));
  }

  /** log(softmax(x)) along an axis. */
  default Var logSoftmax(int axis) {
    return self().apply(new Softmax.LogProbabilities(self().shape().axis(axis)));
  }

  /** Running sums along an axis. */
  default Var cumsum(int axis) {
    return self().apply(new Indexing.CumSum(self().shape().axis(axis), false));
  }
}
