package dev.lanewise.engine;

import dev.lanewise.tensor.LanewiseException;

/** A native library could not be loaded or used; the message says which, why and what to do. */
public final class NativeLibraryException extends LanewiseException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates an exception without a cause.
   *
   * @param message which library, why it cannot be used and what to do
   */
  public NativeLibraryException(String message) {
    super(message);
  }

  /**
   * Creates an exception that keeps the loader's own error.
   *
   * @param message which library, why it cannot be used and what to do
   * @param cause the loader's error
   */
  public NativeLibraryException(String message, Throwable cause) {
    super(message, cause);
  }
}
