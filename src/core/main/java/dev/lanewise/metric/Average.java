package dev.lanewise.metric;

/** How a measure of single classes becomes one of all, as in scikit-learn. */
public enum Average {
  /** The mean over the classes that occur, as true class or as prediction; each counts the same. */
  MACRO,
  /**
   * Over all samples; each counts the same. With one class a sample, precision, recall and F1 are
   * then all the accuracy.
   */
  MICRO
}
