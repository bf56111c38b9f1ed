package dev.lanewise.engine;

import dev.lanewise.tensor.LanewiseException;

/**
 * A run was made where bits may differ from those here; the message names the first field of the
 * {@link Fingerprint} that differs.
 */
public final class FingerprintMismatchException extends LanewiseException {
  private static final long serialVersionUID = 1L;

  private final String field;

  /**
   * Creates the exception.
   *
   * @param field the name of the field that differs
   * @param recorded what it was when the run was made
   * @param here what it is now
   */
  public FingerprintMismatchException(String field, String recorded, String here) {
    super(
        "fingerprint: %s was \"%s\" when the run was made and is \"%s\" here, so the bits may differ. Go where they agree, or ignore the fingerprint if other bits will do."
            .formatted(field, recorded, here));
    this.field = field;
  }

  /** {@return the name of the field that differs} */
  public String field() {
    return field;
  }
}
