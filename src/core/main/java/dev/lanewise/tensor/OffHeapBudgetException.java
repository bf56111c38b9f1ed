package dev.lanewise.tensor;

/**
 * The off-heap budget, or the operating system, refuses a further allocation. Nothing was
 * allocated.
 */
public final class OffHeapBudgetException extends LanewiseException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param message what is wrong, for the user
   */
  public OffHeapBudgetException(String message) {
    super(message);
  }
}
