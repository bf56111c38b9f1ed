package dev.lanewise.optim;

import dev.lanewise.tensor.LanewiseException;
import java.util.Map;

/** Refuses impossible settings, naming the field, what was found and what was expected. */
final class Check {

  private Check() {}

  static void atLeastZero(String field, double value) {
    require(value >= 0 && value < Double.POSITIVE_INFINITY, field, value, "a number at least 0");
  }

  /** Large enough that binary32 does not round it to zero. */
  static void positive(String field, double value) {
    require(
        value >= Float.MIN_NORMAL && value < Double.POSITIVE_INFINITY,
        field,
        value,
        "a number above 0 (at least " + Float.MIN_NORMAL + ")");
  }

  /** The share that an average keeps of its past. */
  static void decay(String field, double value) {
    require(value >= 0 && value < 1, field, value, "a number at least 0 and below 1");
  }

  static void count(String field, long value, long atLeast) {
    require(value >= atLeast, field, value, "a whole number at least " + atLeast);
  }

  static void finite(String field, double value) {
    require(Double.isFinite(value), field, value, "a finite number");
  }

  /** A value that a checkpoint must have. */
  static String present(Map<String, String> state, String key) {
    String value = state.get(key);
    if (value == null) {
      throw new LanewiseException("The checkpoint lacks the value " + key + ".");
    }
    return value;
  }

  static void require(boolean holds, String field, Object found, String expected) {
    if (!holds) {
      throw new IllegalArgumentException(
          "%s: found %s, expected %s.".formatted(field, found, expected));
    }
  }
}
