package dev.lanewise.io;

import dev.lanewise.tensor.LanewiseException;
import org.jspecify.annotations.Nullable;

/** A file that is not what its format demands: cut short, damaged, hostile or of another kind. */
public final class FormatException extends LanewiseException {
  private static final long serialVersionUID = 1L;
  private static final int QUOTED_CHARS = 60;

  private final String file;
  private final long offset;
  private final String found;
  private final String expected;
  private final @Nullable String hint;

  /**
   * Creates the exception.
   *
   * @param file the file's path or another name the user knows it by
   * @param offset the byte at which the file goes wrong, from 0; in a compressed file, the byte of
   *     the uncompressed content
   * @param found what is there
   * @param expected what should be there
   * @param hint what to do about it, or null
   */
  public FormatException(
      String file, long offset, String found, String expected, @Nullable String hint) {
    super(
        file
            + ", byte "
            + offset
            + ": found "
            + found
            + ", expected "
            + expected
            + (hint == null ? "" : "; " + hint));
    this.file = file;
    this.offset = offset;
    this.found = found;
    this.expected = expected;
    this.hint = hint;
  }

  /**
   * Creates the exception without a hint.
   *
   * @param file the file's path or another name the user knows it by
   * @param offset the byte at which the file goes wrong, from 0
   * @param found what is there
   * @param expected what should be there
   */
  public FormatException(String file, long offset, String found, String expected) {
    this(file, offset, found, expected, null);
  }

  /** {@return the file's path or name} */
  public String file() {
    return file;
  }

  /** {@return where the file goes wrong, in bytes from 0} */
  public long offset() {
    return offset;
  }

  /** {@return what was found there, a phrase} */
  public String found() {
    return found;
  }

  /** {@return what should have been there, a phrase} */
  public String expected() {
    return expected;
  }

  /** {@return what to do about it, a phrase, or null} */
  public @Nullable String hint() {
    return hint;
  }

  /** Text from a file, fit for one line of a message: quoted, printable and short. */
  static String quote(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    int shown = Math.min(text.length(), QUOTED_CHARS);
    for (int i = 0; i < shown; i++) {
      char c = text.charAt(i);
      quoted.append(Character.isISOControl(c) || Character.isSurrogate(c) ? '?' : c);
    }
    return quoted.append(shown < text.length() ? "...\"" : "\"").toString();
  }
}
