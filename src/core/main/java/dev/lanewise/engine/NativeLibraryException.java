package dev.lanewise.engine;

import dev.lanewise.tensor.LanewiseException;

/** A native library could not be loaded or used; the message says which, why and what to do. */
public final class NativeLibraryException extends LanewiseException {
  private static final long serialVersionUID = 1L;

  /** An exception without a cause. */
  public NativeLibraryException(String message) {
    super(message);
  }

  /** An exception that keeps the loader's own error. */
  public NativeLibraryException(String message, Throwable cause) {
    super(message, cause);
  }
}
