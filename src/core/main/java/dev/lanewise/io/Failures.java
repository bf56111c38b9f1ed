package dev.lanewise.io;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Turns failures of the file system into sentences. */
final class Failures {
  private Failures() {}

  /** The exception for a failed attempt to {@code verb} a file. */
  static UncheckedIOException of(String verb, Path file, IOException e) {
    return new UncheckedIOException("cannot " + verb + " " + file + ": " + reason(e), e);
  }

  private static String reason(IOException e) {
    return switch (e) {
      case NoSuchFileException _ -> "no such file or folder";
      case AccessDeniedException _ -> "permission denied";
      case AtomicMoveNotSupportedException _ ->
          "the file system cannot replace a file in one step; use a folder on another one";
      case FileSystemException f when f.getReason() != null -> f.getReason();
      default -> e.getMessage() == null ? e.toString() : e.getMessage();
    };
  }
}
