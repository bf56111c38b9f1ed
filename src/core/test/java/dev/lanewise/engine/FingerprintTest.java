package dev.lanewise.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What two machines must have in common for a run to have the same bits on both. */
class FingerprintTest {
  private static final Fingerprint STRICT = fingerprint(Mode.STRICT);
  private static final Fingerprint FAST = fingerprint(Mode.FAST);

  private static Fingerprint fingerprint(Mode mode) {
    EngineOptions options = EngineOptions.defaults().threads(1).kernels(KernelChoice.VECTOR);
    try (Engine engine = Engine.of(options.mode(mode))) {
      return engine.fingerprint();
    }
  }

  private static Fingerprint doctored(Fingerprint from, String field) {
    Map<String, String> fields = new LinkedHashMap<>(from.fields());
    assertThat(fields.put(field, "other")).isNotNull();
    return new Fingerprint(fields);
  }

  private static void assertRefused(Fingerprint here, Fingerprint recorded, String field) {
    assertThatThrownBy(() -> here.requireSame(recorded))
        .isInstanceOfSatisfying(
            FingerprintMismatchException.class, e -> assertThat(e.field()).isEqualTo(field))
        .hasMessageContaining("fingerprint: " + field + " was \"");
  }

  @Test
  void namesEverythingThatBitsMayDependOn() {
    assertThat(STRICT.fields())
        .containsOnlyKeys(
            "mode",
            "gemm",
            "math",
            "reduce",
            "rng",
            "shuffle",
            "lanewise",
            "jdk",
            "arch",
            "cpu",
            "vector_bits",
            "fma",
            "matmul")
        .containsEntry("gemm", "gemm-v1")
        .containsEntry("matmul", "java");
    assertThat(STRICT.fields().values()).noneMatch(String::isBlank);
    assertThat(STRICT.fields().get("fma")).isIn("true", "false");
  }

  @ParameterizedTest
  @ValueSource(strings = {"lanewise", "jdk", "arch", "cpu", "vector_bits", "fma", "matmul"})
  void onlyFastModeDependsOnTheMachine(String field) {
    assertThatCode(() -> STRICT.requireSame(doctored(STRICT, field))).doesNotThrowAnyException();
    assertRefused(FAST, doctored(FAST, field), field);
  }

  @ParameterizedTest
  @ValueSource(strings = {"mode", "gemm", "math", "reduce", "rng", "shuffle"})
  void bothModesDependOnTheSpecifications(String field) {
    assertRefused(STRICT, doctored(STRICT, field), field);
    assertRefused(FAST, doctored(FAST, field), field);
  }

  @Test
  void anotherModeIsRefused() {
    assertThatCode(() -> FAST.requireSame(FAST)).doesNotThrowAnyException();
    assertRefused(STRICT, FAST, "mode");
    assertRefused(FAST, STRICT, "mode");
    assertRefused(STRICT, new Fingerprint(Map.of()), "mode");
  }
}
