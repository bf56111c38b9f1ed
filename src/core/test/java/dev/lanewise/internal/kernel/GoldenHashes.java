package dev.lanewise.internal.kernel;

import dev.lanewise.autodiff.Tape;
import dev.lanewise.engine.Engine;
import dev.lanewise.engine.EngineOptions;
import dev.lanewise.engine.KernelChoice;
import dev.lanewise.internal.random.RandomKey;
import dev.lanewise.internal.random.Shuffle;
import dev.lanewise.tensor.DType;
import dev.lanewise.tensor.Scope;
import dev.lanewise.tensor.Shape;
import java.lang.foreign.Arena;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntToDoubleFunction;

/** The hashes of SPECIFICATION.md, computed as it describes with the kernels of one width. */
final class GoldenHashes {
  private static final RandomKey KEY = RandomKey.ofSeed(1).fold("specification");
  private static final double[] NONE = {};

  private static final int[][] PRODUCTS = {
    {1, 1, 1}, {5, 7, 0}, {37, 29, 53}, {16, 64, 1000}, {130, 3, 259}
  };
  private static final double[][] ALPHA_BETA = {{1, 0}, {1, 1}, {0.7, 1.3}, {0.7, 0}, {0, 1.3}};
  private static final int[] RUNS = {0, 1, 2, 31, 32, 33, 4095, 4096, 4097, 12289, 100_003};
  private static final int DRAWS = 10_000;
  private static final int ARGUMENTS = 100_000;
  private static final int F32_PATTERN_STEP = 40_503;
  private static final int F32_PATTERNS = 106_041;
  private static final long F64_PATTERN_STEP = 0x9E3779B97F4A7C15L;

  private final int bits;
  private final Kernels kernels;
  private final Map<String, String> hashes = new TreeMap<>();

  /** For loops of {@code bits}; products and random numbers have the width of the process. */
  GoldenHashes(int bits) {
    this.bits = bits;
    kernels = bits == LoopCompiler.SCALAR ? Kernels.scalar() : Kernels.vector();
  }

  /** By the names of the document. */
  Map<String, String> all() {
    for (Precision p : Precision.values()) {
      products(p);
      for (Reduction reduction : Reduction.values()) {
        runs(p, reduction);
      }
      columns(p);
      functions().forEach((name, function) -> function(p, name, function));
      power(p);
      dropout(p);
    }
    draws();
    orders();
    return hashes;
  }

  private static double value(Precision p, RandomKey key, long element) {
    return p.round(2 * key.uniformDouble(element) - 1);
  }

  private static long values(Arena arena, Precision p, RandomKey key, long n) {
    return array(arena, p, n, i -> value(p, key, i));
  }

  private static long array(Arena arena, Precision p, long n, IntToDoubleFunction values) {
    long address = arena.allocate(Math.max(1, n) * p.bytes(), 64).address();
    for (int i = 0; i < n; i++) {
      Memory.put(p, address + (long) i * p.bytes(), values.applyAsDouble(i));
    }
    return address;
  }

  private void products(Precision p) {
    MatMulKernel kernel = kernels.matmul(p);
    Hash hash = new Hash();
    for (int[] size : PRODUCTS) {
      int m = size[0];
      int n = size[1];
      int k = size[2];
      for (int transposes = 0; transposes < 4; transposes++) {
        boolean transA = transposes >= 2;
        boolean transB = transposes % 2 == 1;
        for (double[] scale : ALPHA_BETA) {
          try (Arena arena = Arena.ofConfined()) {
            long a = values(arena, p, KEY.fold("a"), (long) m * k);
            long b = values(arena, p, KEY.fold("b"), (long) k * n);
            long c = values(arena, p, KEY.fold("c"), (long) m * n);
            long bytes = kernel.workspaceBytes(transA, transB, m, n, k);
            long workspace = arena.allocate(Math.max(1, bytes), 64).address();
            long lda = Math.max(1, transA ? m : k);
            long ldb = Math.max(1, transB ? k : n);
            kernel.gemm(
                transA, transB, m, n, k, scale[0], a, lda, b, ldb, scale[1], c, n, workspace);
            hash.add(p, c, (long) m * n);
          }
        }
      }
    }
    hashes.put("gemm-v1 " + p, hash.hex());
  }

  private void runs(Precision p, Reduction reduction) {
    ReduceLoop loop = LoopCompiler.reduce(p, bits, 0, reduction, Expr.input(0));
    Hash hash = new Hash();
    try (Arena arena = Arena.ofConfined()) {
      long lanes = arena.allocate(Reduction.LANES_BYTES, 64).address();
      for (int n : RUNS) {
        long[] at = {values(arena, p, KEY.fold("x"), n)};
        long blocks = Math.max(1, (n + Reduction.BLOCK - 1) / Reduction.BLOCK);
        double value =
            reduction.tree(
                p,
                0,
                blocks,
                block -> {
                  long from = block * Reduction.BLOCK;
                  return loop.run(at, NONE, from, (int) Math.min(Reduction.BLOCK, n - from), lanes);
                });
        // the op says what an empty sum is: +0; without elements there is no maximum
        hash.add(p, n == 0 && reduction == Reduction.SUM ? 0 : value);
      }
    }
    hashes.put("reduce-v1 %s %s".formatted(reduction, p), hash.hex());
  }

  private void columns(Precision p) {
    var choice = bits == LoopCompiler.SCALAR ? KernelChoice.SCALAR : KernelChoice.VECTOR;
    DType dtype = p == Precision.F32 ? DType.F32 : DType.F64;
    Hash hash = new Hash();
    try (Engine engine = Engine.of(EngineOptions.defaults().kernels(choice).threads(2));
        Tape tape = Tape.open(engine, null);
        Scope scope = Scope.open()) {
      for (Shape shape : List.of(Shape.of(300, 37), Shape.of(5, 1000, 3))) {
        double[] x = new double[(int) shape.size()];
        for (int i = 0; i < x.length; i++) {
          x[i] = value(p, KEY.fold("x"), i);
        }
        int axis = shape.rank() - 2;
        var sums = tape.constant(scope.allocate(dtype, shape).copyFrom(x)).sum(axis);
        for (double sum : sums.tensor().toDoubles()) {
          hash.add(p, sum);
        }
      }
    }
    hashes.put("reduce-v1 SUM %s columns".formatted(p), hash.hex());
  }

  private static Map<String, Expr> functions() {
    Expr x = Expr.input(0);
    Map<String, Expr> functions = new LinkedHashMap<>();
    for (LaneFunction f :
        List.of(
            Functions.EXP,
            Functions.EXP2,
            Functions.EXPM1,
            Functions.LOG,
            Functions.LOG1P,
            Functions.TANH,
            Functions.SIGMOID,
            Functions.ERF,
            Functions.SIN,
            Functions.COS)) {
      functions.put(f.name(), f.of(x));
    }
    functions.put("softplus", Functions.softplus(x));
    functions.put("logsigmoid", Functions.logSigmoid(x));
    functions.put("silu", Functions.silu(x));
    functions.put("mish", Functions.mish(x));
    functions.put("gelu", Functions.geluErf(x));
    functions.put("gelu_tanh", Functions.geluTanh(x));
    return functions;
  }

  private void function(Precision p, String name, Expr expression) {
    RandomKey key = KEY.fold("math");
    if (p == Precision.F32) {
      map(p, name, expression, F32_PATTERNS, i -> Float.intBitsToFloat(i * F32_PATTERN_STEP));
    } else {
      map(
          p,
          name,
          expression,
          2 * ARGUMENTS,
          i ->
              i < ARGUMENTS
                  ? Double.longBitsToDouble(i * F64_PATTERN_STEP)
                  : 32 * value(p, key, i - ARGUMENTS));
    }
  }

  private void power(Precision p) {
    RandomKey key = KEY.fold("math");
    Expr power = Functions.POW.of(Expr.input(0), Expr.input(1));
    map(
        p,
        "pow",
        power,
        ARGUMENTS,
        i -> i % 16 == 0 ? -4 : 4 * Math.abs(value(p, key, i)),
        i -> {
          double y = 16 * value(p, key, ARGUMENTS + i);
          return i % 2 == 1 ? (int) y : y;
        });
  }

  private void map(
      Precision p, String name, Expr expression, int n, IntToDoubleFunction... inputs) {
    try (Arena arena = Arena.ofConfined()) {
      long[] at = new long[inputs.length + 1];
      for (int j = 0; j < inputs.length; j++) {
        at[j] = array(arena, p, n, inputs[j]);
      }
      at[inputs.length] = arena.allocate((long) n * p.bytes(), 64).address();
      LoopCompiler.map(p, bits, 0, expression).run(at, NONE, 0, n);
      String key = "math-v1 %s %s".formatted(name, p);
      hashes.put(key, new Hash().add(p, at[inputs.length], n).hex());
    }
  }

  private void dropout(Precision p) {
    double probability = 0.2;
    try (Arena arena = Arena.ofConfined()) {
      long x = values(arena, p, KEY.fold("x"), DRAWS);
      kernels
          .random()
          .dropout(
              KEY.fold("draws").value(),
              RandomKey.threshold(probability),
              1 / (1 - probability),
              0,
              DRAWS,
              x,
              x,
              p);
      hashes.put("rng-v1 dropout " + p, new Hash().add(p, x, DRAWS).hex());
    }
  }

  private void draws() {
    RandomKey key = KEY.fold("draws");
    Hash keys = new Hash();
    for (RandomKey k :
        List.of(
            KEY,
            KEY.fold(0),
            KEY.fold(-1),
            KEY.fold(""),
            KEY.fold("0.weight"),
            RandomKey.ofSeed(-1))) {
      keys.add(k.value());
    }
    hashes.put("rng-v1 keys", keys.hex());
    Hash words = new Hash();
    Hash longs = new Hash();
    Hash below = new Hash();
    Hash normal = new Hash();
    for (int e = 0; e < DRAWS; e++) {
      words.add(key.bits(e));
      longs.add(key.bits64(e));
      below.add(key.below(1000, e));
      normal.add(Precision.F64, key.normal(e));
    }
    hashes.put("rng-v1 bits", words.hex());
    hashes.put("rng-v1 bits64", longs.hex());
    hashes.put("rng-v1 below 1000", below.hex());
    hashes.put("rng-v1 normal", normal.hex());
    hashes.put("rng-v1 uniform", uniform(key, Precision.F32));
    hashes.put("rng-v1 uniformDouble", uniform(key, Precision.F64));
  }

  private String uniform(RandomKey key, Precision p) {
    try (Arena arena = Arena.ofConfined()) {
      long out = arena.allocate((long) DRAWS * p.bytes(), 64).address();
      kernels.random().uniform(key.value(), 0, DRAWS, out, p);
      return new Hash().add(p, out, DRAWS).hex();
    }
  }

  private void orders() {
    Hash hash = new Hash();
    for (int epoch = 0; epoch < 3; epoch++) {
      RandomKey key = RandomKey.ofSeed(42).fold("shuffle").fold(epoch);
      for (int index : Shuffle.permutation(key, 60_000)) {
        hash.add(index);
      }
    }
    hashes.put("shuffle-v1", hash.hex());
  }
}
