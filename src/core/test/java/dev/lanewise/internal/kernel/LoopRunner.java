package dev.lanewise.internal.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Evaluates one expression over arrays by its compiled loop. */
final class LoopRunner {

  private static final long ALIGNMENT = 64;

  private LoopRunner() {}

  static double[] run(Expr expression, int bits, double[]... inputs) {
    int n = inputs[0].length;
    MapLoop loop = LoopCompiler.map(Precision.F64, bits, 0, expression);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment[] memory = allocate(arena, inputs.length + 1, (long) n * Double.BYTES);
      for (int j = 0; j < inputs.length; j++) {
        MemorySegment.copy(inputs[j], 0, memory[j], ValueLayout.JAVA_DOUBLE, 0, n);
      }
      loop.run(addresses(memory), new double[0], 0, n);
      return memory[inputs.length].toArray(ValueLayout.JAVA_DOUBLE);
    }
  }

  static float[] run(Expr expression, int bits, float[]... inputs) {
    int n = inputs[0].length;
    MapLoop loop = LoopCompiler.map(Precision.F32, bits, 0, expression);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment[] memory = allocate(arena, inputs.length + 1, (long) n * Float.BYTES);
      for (int j = 0; j < inputs.length; j++) {
        MemorySegment.copy(inputs[j], 0, memory[j], ValueLayout.JAVA_FLOAT, 0, n);
      }
      loop.run(addresses(memory), new double[0], 0, n);
      return memory[inputs.length].toArray(ValueLayout.JAVA_FLOAT);
    }
  }

  private static MemorySegment[] allocate(Arena arena, int count, long bytes) {
    MemorySegment[] memory = new MemorySegment[count];
    for (int j = 0; j < count; j++) {
      memory[j] = arena.allocate(bytes, ALIGNMENT);
    }
    return memory;
  }

  private static long[] addresses(MemorySegment[] memory) {
    long[] addresses = new long[memory.length];
    for (int j = 0; j < memory.length; j++) {
      addresses[j] = memory[j].address();
    }
    return addresses;
  }
}
