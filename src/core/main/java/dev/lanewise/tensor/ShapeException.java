package dev.lanewise.tensor;

/** Shapes, axes or sizes that do not fit each other or the operation. */
public final class ShapeException extends LanewiseException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param message what is wrong, for the user
   */
  public ShapeException(String message) {
    super(message);
  }
}
