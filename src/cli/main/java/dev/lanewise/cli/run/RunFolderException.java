package dev.lanewise.cli.run;

import dev.lanewise.tensor.LanewiseException;
import org.jspecify.annotations.Nullable;

/** A run folder that cannot be written, holds another run, or holds none; in one line. */
public final class RunFolderException extends LanewiseException {
  private static final long serialVersionUID = 1L;

  /** With a message for the user and what led to it, if anything. */
  public RunFolderException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
