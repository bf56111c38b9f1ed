package dev.lanewise.nn;

import dev.lanewise.autodiff.Var;

/** How a loss joins the losses of its elements: PyTorch's {@code reduction}. */
public enum Averaging {
  /** Their mean. */
  MEAN,
  /** Their sum, divided by the size of the batch. */
  BATCHMEAN,
  /** Their sum. */
  SUM,
  /** They stay as they are. */
  NONE;

  Var apply(Var losses) {
    return switch (this) {
      case MEAN -> losses.mean();
      case BATCHMEAN -> losses.sum().div(losses.shape().dim(0));
      case SUM -> losses.sum();
      case NONE -> losses;
    };
  }
}
