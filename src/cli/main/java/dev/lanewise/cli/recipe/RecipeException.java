package dev.lanewise.cli.recipe;

import dev.lanewise.tensor.LanewiseException;

/** A recipe that does not exist, cannot be read, or asks for what is impossible; in one line. */
public final class RecipeException extends LanewiseException {
  private static final long serialVersionUID = 1L;

  /** With a message for the user. */
  public RecipeException(String message) {
    super(message);
  }

  /** With a message for the user and what led to it. */
  public RecipeException(String message, Throwable cause) {
    super(message, cause);
  }
}
