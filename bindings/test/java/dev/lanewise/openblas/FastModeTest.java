package dev.lanewise.openblas;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lanewise.autodiff.Tape;
import dev.lanewise.autodiff.Var;
import dev.lanewise.engine.Engine;
import dev.lanewise.engine.EngineOptions;
import dev.lanewise.engine.KernelChoice;
import dev.lanewise.engine.Mode;
import dev.lanewise.internal.kernel.Lanes;
import dev.lanewise.internal.kernel.MatMulProvider;
import dev.lanewise.internal.kernel.Precision;
import dev.lanewise.tensor.DType;
import dev.lanewise.tensor.Scope;
import dev.lanewise.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What fast mode promises, on products large enough to be cut into tiles for several threads. */
@DisabledIfSystemProperty(named = OpenBlasLibrary.PROPERTY, matches = ".+")
class FastModeTest {
  private static final EngineOptions FAST =
      EngineOptions.defaults().mode(Mode.FAST).kernels(KernelChoice.OPENBLAS);

  /** A product and its gradients. */
  private static List<float[]> bits(EngineOptions options, int m, int n, int k) {
    try (Engine engine = Engine.of(options);
        Tape tape = Tape.open(engine, null);
        Scope data = Scope.open()) {
      Random random = new Random(1);
      Var a = random(tape, data, random, m, k);
      Var b = random(tape, data, random, k, n);
      Var product = a.matmul(b);
      tape.backward(product.square().mean());
      List<float[]> bits = new ArrayList<>();
      bits.add(product.tensor().toFloats());
      bits.add(tape.gradient(a).toFloats());
      bits.add(tape.gradient(b).toFloats());
      return bits;
    }
  }

  private static Var random(Tape tape, Scope data, Random random, int rows, int columns) {
    double[] values = random.doubles((long) rows * columns, -1, 1).toArray();
    return tape.variable(data.allocate(DType.F32, Shape.of(rows, columns)).copyFrom(values));
  }

  @ParameterizedTest
  @CsvSource({
    "OPENBLAS, 300, 310, 200",
    "OPENBLAS, 31, 700, 513",
    "OPENBLAS, 900, 10, 700",
    "AUTO, 8000, 1, 700", // eight parts by OpenBLAS
    "AUTO, 300, 130, 31" // 128 columns by vectors, with AVX-512 two by OpenBLAS
  })
  void threadsDoNotChangeABit(KernelChoice kernels, int m, int n, int k) {
    EngineOptions options = FAST.kernels(kernels);
    List<float[]> expected = bits(options.threads(1), m, n, k);
    for (int threads : new int[] {2, 3, 5}) {
      List<float[]> found = bits(options.threads(threads), m, n, k);
      for (int i = 0; i < expected.size(); i++) {
        assertThat(found.get(i)).isEqualTo(expected.get(i));
      }
    }
  }

  @Test
  void strictModeNeverUsesOpenBlas() {
    try (Engine engine = Engine.of(EngineOptions.defaults().mode(Mode.STRICT).threads(1))) {
      assertThat(engine.kernels()).isEqualTo("vector");
      assertThat(engine.fingerprint().fields()).containsEntry("matmul", "java");
      assertThat(engine.report())
          .contains("openblas: not used, strict mode computes with Java kernels only");
    }
  }

  @Test
  void autoUsesOpenBlasWhereItIsFaster() {
    try (Engine engine = Engine.of(FAST.kernels(KernelChoice.AUTO).threads(1))) {
      assertThat(engine.kernels()).isEqualTo("vector+openblas");
      assertThat(engine.report()).anyMatch(line -> line.startsWith("matmul: openblas where it is"));
      assertThat(engine.fingerprint().fields().get("matmul"))
          .startsWith("vector+openblas: OpenBLAS");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "false, true, 128, 512, 784, false",
    "true, false, 512, 784, 128, false",
    "false, false, 64, 128, 128, false",
    "false, false, 64, 64, 64, false",
    "false, false, 1024, 128, 1024, false",
    "false, false, 512, 1, 512, true"
  })
  void isFaster(boolean transA, boolean transB, int m, int n, int k, boolean expected) {
    MatMulProvider provider = new OpenBlasProvider();
    for (Precision precision : Precision.values()) {
      assertThat(provider.isFaster(precision, transA, transB, m, n, k)).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @CsvSource({"false, 31, 31, 31", "false, 64, 63, 64", "false, 512, 2, 512", "true, 2, 512, 512"})
  void isFasterWithAvx512(boolean transB, int m, int n, int k) {
    MatMulProvider provider = new OpenBlasProvider();
    for (Precision precision : Precision.values()) {
      assertThat(provider.isFaster(precision, false, transB, m, n, k)).isEqualTo(Lanes.BITS == 512);
    }
  }

  @Test
  void theFingerprintNamesBuildAndCore() {
    try (Engine engine = Engine.of(FAST.threads(1))) {
      assertThat(engine.fingerprint().fields().get("matmul"))
          .matches("openblas: OpenBLAS \\d+\\.\\d+\\.\\d+.*, core \\S+.*");
    }
  }
}
