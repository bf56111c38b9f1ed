package dev.lanewise.io;

import dev.lanewise.tensor.LanewiseException;
import java.nio.file.Path;

/** A checkpoint that is damaged, or not a checkpoint; nothing was loaded from it. */
public final class CorruptCheckpointException extends LanewiseException {
  private static final long serialVersionUID = 1L;

  /**
   * Says what is wrong with a file.
   *
   * @param file the checkpoint
   * @param problem what was found, and what was expected
   */
  public CorruptCheckpointException(Path file, String problem) {
    super(file + ": " + problem);
  }

  /**
   * Says what is wrong with a file, as found by a reader.
   *
   * @param file the checkpoint
   * @param problem what was found, and what was expected
   * @param cause what the reader said
   */
  public CorruptCheckpointException(Path file, String problem, Throwable cause) {
    super(file + ": " + problem, cause);
  }
}
