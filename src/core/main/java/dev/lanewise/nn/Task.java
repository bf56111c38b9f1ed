package dev.lanewise.nn;

/** What the outputs of a model stand for under its {@link Loss}. */
public enum Task {
  /** Outputs [n, classes] are scores of classes; targets are class indices or probabilities. */
  CLASSES,
  /** Each output is the logit of yes; each target is 1 for yes or 0 for no. */
  BINARY,
  /** Outputs are estimates of the targets. */
  NUMBERS,
  /** Anything else; there is no measure but the loss. */
  OTHER
}
