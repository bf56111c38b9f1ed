package dev.lanewise.io;

import dev.lanewise.tensor.LanewiseException;
import java.nio.file.Path;

/** A checkpoint that is damaged, or not a checkpoint; nothing was loaded from it. */
public final class CorruptCheckpointException extends LanewiseException {
  private static final long serialVersionUID = 1L;

  /** What is wrong with {@code file}. */
  public CorruptCheckpointException(Path file, String problem) {
    super(file + ": " + problem);
  }

  /** What is wrong with {@code file}, found by a reader. */
  public CorruptCheckpointException(Path file, String problem, Throwable cause) {
    super(file + ": " + problem, cause);
  }
}
