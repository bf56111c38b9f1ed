package dev.lanewise.tensor;

/** A dtype that the operation does not take, or a value that the dtype cannot hold. */
public final class DTypeException extends LanewiseException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param message what is wrong, for the user
   */
  public DTypeException(String message) {
    super(message);
  }
}
