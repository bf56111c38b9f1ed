package dev.lanewise.nn;

import dev.lanewise.autodiff.Var;

/** How a loss joins the losses of its elements: PyTorch's {@code reduction}. */
public enum Averaging {
  /** Their mean. */
  MEAN,
  /** Their sum. */
  SUM,
  /** They stay as they are. */
  NONE;

  Var apply(Var losses) {
    return switch (this) {
      case MEAN -> losses.mean();
      case SUM -> losses.sum();
      case NONE -> losses;
    };
  }
}
