package dev.lanewise.tensor;

import org.jspecify.annotations.Nullable;

/**
 * The parent of every exception that Lanewise itself defines. The message is a complete sentence
 * for users and, where there is one, ends with what to do.
 */
public class LanewiseException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates an exception without a cause.
   *
   * @param message what is wrong, for the user
   */
  public LanewiseException(String message) {
    super(message);
  }

  /**
   * Creates an exception with a cause.
   *
   * @param message what is wrong, for the user
   * @param cause what led to it, or null
   */
  public LanewiseException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
