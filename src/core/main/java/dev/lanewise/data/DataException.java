package dev.lanewise.data;

import dev.lanewise.tensor.LanewiseException;
import org.jspecify.annotations.Nullable;

/** Data that are missing, do not fit together, or cannot be fetched. */
public final class DataException extends LanewiseException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates an exception without a cause.
   *
   * @param message what is wrong and what to do, for the user
   */
  public DataException(String message) {
    super(message);
  }

  /**
   * Creates an exception with a cause.
   *
   * @param message what is wrong and what to do, for the user
   * @param cause what led to it, or null
   */
  public DataException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
