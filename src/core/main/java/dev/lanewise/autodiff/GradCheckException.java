package dev.lanewise.autodiff;

import dev.lanewise.tensor.LanewiseException;

/** A gradient is not the one that differences of the function show. */
public final class GradCheckException extends LanewiseException {
  private static final long serialVersionUID = 1L;

  GradCheckException(String message) {
    super(message);
  }
}
