package dev.lanewise.internal.engine;

import dev.lanewise.internal.kernel.Kernels;
import dev.lanewise.internal.kernel.MatMulKernel;
import dev.lanewise.internal.kernel.Precision;
import dev.lanewise.tensor.DType;
import dev.lanewise.tensor.Scope;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;

/**
 * Brings the matrix product and dropout to C2 before the first training step. Until then their
 * vector code runs in the interpreter, boxed, and the first step of a small network takes seconds;
 * a few thousand calls with a few elements get it compiled in a fraction of that.
 */
final class Warmup {
  private static final int CALLS = 4000;
  private static final int SIZE = 128;

  /**
   * Rows and columns of products: whole tiles, and the narrow ones of an output layer of ten
   * classes and of the gradients of its weights.
   */
  private static final int[][] SHAPES = {{4, 64}, {8, 10}, {10, 64}};

  private static final int STEPS = 4;

  // of dropout: any would do
  private static final long KEY = 1;
  private static final int THRESHOLD = 1 << 30;

  private Warmup() {}

  static void run(Kernels kernels) {
    MatMulKernel gemm = kernels.matmul(Precision.F32);
    try (Scope scope = Scope.open("warm-up")) {
      Tensor memory = scope.zeros(DType.F32, Shape.of(3, SIZE, SIZE));
      long a = memory.select(0, 0).address();
      long b = memory.select(0, 1).address();
      long c = memory.select(0, 2).address();
      long work = 0;
      for (int[] shape : SHAPES) {
        work = Math.max(work, gemm.workspaceBytes(false, true, shape[0], shape[1], STEPS));
        work = Math.max(work, gemm.workspaceBytes(false, false, shape[0], shape[1], STEPS));
        work = Math.max(work, gemm.workspaceBytes(true, false, shape[0], shape[1], STEPS));
      }
      long workspace = scope.allocate(DType.U8, Shape.of(work)).address();
      for (int i = 0; i < CALLS; i++) {
        int m = SHAPES[i % SHAPES.length][0];
        int n = SHAPES[i % SHAPES.length][1];
        double beta = i % 8 < 4 ? 1 : 0; // with a bias and without
        gemm.gemm(false, true, m, n, STEPS, 1, a, SIZE, b, SIZE, beta, a, 0, c, SIZE, workspace);
        gemm.gemm(false, false, m, n, STEPS, 1, a, SIZE, b, SIZE, 0, c, SIZE, workspace);
        gemm.gemm(true, false, m, n, STEPS, 1, a, SIZE, b, SIZE, 0, c, SIZE, workspace);
        if (i % 4 == 0) {
          // few elements: in a long first call C2 would not see the loop end, and compile it twice
          int elements = SIZE + i % SIZE;
          kernels.random().dropout(KEY, THRESHOLD, 2, i, elements, a, c, Precision.F32);
        }
      }
    }
  }
}
