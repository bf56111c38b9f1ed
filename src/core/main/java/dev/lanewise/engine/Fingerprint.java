package dev.lanewise.engine;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * All that the bits of a run may depend on besides recipe, data and seed. In strict mode that is
 * the numeric specifications alone; in fast mode it is everything named here.
 *
 * @param fields texts by name, in the order in which they are compared
 */
public record Fingerprint(Map<String, String> fields) {
  private static final String MODE = "mode";
  private static final String STATE_PREFIX = "fingerprint.";

  /** The numeric specifications that this version of the library follows. */
  public static final List<String> SPECIFICATIONS =
      List.of("gemm-v1", "math-v1", "reduce-v1", "rng-v1", "shuffle-v1");

  /** Copies the fields. */
  public Fingerprint {
    fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
  }

  /**
   * The fingerprint of an engine.
   *
   * @param mode what it promises
   * @param machine everything else that bits may depend on in fast mode
   * @return the mode, the {@link #SPECIFICATIONS} and {@code machine}
   */
  public static Fingerprint of(Mode mode, Map<String, String> machine) {
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put(MODE, text(mode));
    SPECIFICATIONS.forEach(name -> fields.put(family(name), name));
    fields.putAll(machine);
    return new Fingerprint(fields);
  }

  /**
   * Adds the fields to the state of a checkpoint.
   *
   * @param state texts by name; the fields go in under {@code fingerprint.}
   */
  public void write(Map<String, String> state) {
    fields.forEach((name, value) -> state.put(STATE_PREFIX + name, value));
  }

  /**
   * Reads what {@link #write} added.
   *
   * @param state texts by name, others than a fingerprint's too
   * @return the fingerprint, without fields if none was written
   */
  public static Fingerprint read(Map<String, String> state) {
    Map<String, String> fields = new LinkedHashMap<>();
    state.forEach(
        (key, value) -> {
          if (key.startsWith(STATE_PREFIX)) {
            fields.put(key.substring(STATE_PREFIX.length()), value);
          }
        });
    return new Fingerprint(fields);
  }

  private static String text(Mode mode) {
    return mode.name().toLowerCase(Locale.ROOT);
  }

  /** {@code gemm} of {@code gemm-v1}. */
  private static String family(String specification) {
    return specification.substring(0, specification.lastIndexOf('-'));
  }

  /**
   * Checks that a run that was made under {@code recorded} has the same bits here: two strict runs
   * if they follow the same specifications, others if every field agrees.
   *
   * @param recorded the fingerprint that the run was made under
   * @throws FingerprintMismatchException naming the first field that differs
   */
  public void requireSame(Fingerprint recorded) {
    List<String> names = new ArrayList<>(List.of(MODE));
    SPECIFICATIONS.forEach(name -> names.add(family(name)));
    if (!text(Mode.STRICT).equals(fields.get(MODE))) {
      fields.keySet().stream().filter(name -> !names.contains(name)).forEach(names::add);
    }
    for (String name : names) {
      String before = recorded.fields.getOrDefault(name, "unknown");
      String now = fields.getOrDefault(name, "unknown");
      if (!before.equals(now)) {
        throw new FingerprintMismatchException(name, before, now);
      }
    }
  }
}
