package dev.lanewise.internal.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.function.DoubleSupplier;

/**
 * One call of a {@link MatMulKernel}: sizes, factors and data, laid out with padded rows, odd start
 * addresses and canaries wherever the kernel must not write.
 */
record MatMulProblem(
    Type type,
    boolean transA,
    boolean transB,
    int m,
    int n,
    int k,
    double alpha,
    double beta,
    double[] a,
    double[] b,
    double[] c) {

  /** What differs between the element types. */
  enum Type {
    F32(Float.BYTES, Math.ulp(1f)) {
      @Override
      double get(MemorySegment from, long index) {
        return from.getAtIndex(ValueLayout.JAVA_FLOAT, index);
      }

      @Override
      void set(MemorySegment to, long index, double value) {
        to.setAtIndex(ValueLayout.JAVA_FLOAT, index, (float) value);
      }

      @Override
      double round(double value) {
        return (float) value;
      }

      @Override
      double tiny() {
        return Float.MIN_VALUE;
      }
    },
    F64(Double.BYTES, Math.ulp(1.0)) {
      @Override
      double get(MemorySegment from, long index) {
        return from.getAtIndex(ValueLayout.JAVA_DOUBLE, index);
      }

      @Override
      void set(MemorySegment to, long index, double value) {
        to.setAtIndex(ValueLayout.JAVA_DOUBLE, index, value);
      }

      @Override
      double round(double value) {
        return value;
      }

      @Override
      double tiny() {
        return Double.MIN_VALUE;
      }
    };

    final int bytes;
    final double epsilon;

    Type(int bytes, double epsilon) {
      this.bytes = bytes;
      this.epsilon = epsilon;
    }

    abstract double get(MemorySegment from, long index);

    abstract void set(MemorySegment to, long index, double value);

    abstract double round(double value);

    /** The smallest subnormal. */
    abstract double tiny();
  }

  /** Where a kernel finds what it adds. */
  enum Added {
    /** In C. */
    IN_PLACE,
    /** In a matrix elsewhere; C holds NaN. */
    MATRIX,
    /** In one row elsewhere, the first one of {@code c} for all rows; C holds NaN. */
    ROW
  }

  private static final double CANARY = 12345;
  private static final int MARGIN = 5;
  private static final int A_PADDING = 3;
  private static final int B_PADDING = 1;
  private static final int C_PADDING = 7;
  private static final int D_PADDING = 2;

  static MatMulProblem of(
      Type type,
      boolean transA,
      boolean transB,
      int m,
      int n,
      int k,
      double alpha,
      double beta,
      DoubleSupplier values) {
    return new MatMulProblem(
        type,
        transA,
        transB,
        m,
        n,
        k,
        alpha,
        beta,
        draw(type, m * k, values),
        draw(type, k * n, values),
        draw(type, m * n, values));
  }

  private static double[] draw(Type type, int count, DoubleSupplier values) {
    double[] drawn = new double[count];
    for (int i = 0; i < count; i++) {
      drawn[i] = type.round(values.getAsDouble());
    }
    return drawn;
  }

  /** Element of op(A). */
  double a(int i, int p) {
    return a[transA ? p * m + i : i * k + p];
  }

  /** Element of op(B). */
  double b(int p, int j) {
    return b[transB ? j * k + p : p * n + j];
  }

  /** The same with the first row of c in all its rows. */
  MatMulProblem withEqualRows() {
    double[] rows = new double[c.length];
    Arrays.setAll(rows, i -> c[i % n]);
    return new MatMulProblem(type, transA, transB, m, n, k, alpha, beta, a, b, rows);
  }

  /** The new C, dense. */
  double[] run(MatMulKernel kernel) {
    return run(kernel, Added.IN_PLACE);
  }

  /**
   * The new C, dense.
   *
   * @throws AssertionError if the kernel wrote outside of C and the workspace
   */
  double[] run(MatMulKernel kernel, Added added) {
    try (Arena arena = Arena.ofConfined()) {
      Matrix stored = new Matrix(arena, type, transA ? k : m, transA ? m : k, A_PADDING).fill(a);
      Matrix factor = new Matrix(arena, type, transB ? n : k, transB ? k : n, B_PADDING).fill(b);
      Matrix result = new Matrix(arena, type, m, n, C_PADDING);
      Matrix old = result;
      double[] addend = c;
      if (added != Added.IN_PLACE) {
        double[] nan = new double[m * n];
        Arrays.fill(nan, Double.NaN);
        result.fill(nan);
        addend = added == Added.ROW ? Arrays.copyOf(c, Math.min(c.length, n)) : c;
        old = new Matrix(arena, type, added == Added.ROW ? Math.min(m, 1) : m, n, D_PADDING);
      }
      old.fill(addend);
      long scratch = kernel.workspaceBytes(transA, transB, m, n, k);
      MemorySegment workspace = arena.allocate(scratch + 64, 64).fill((byte) -1);
      kernel.gemm(
          transA,
          transB,
          m,
          n,
          k,
          alpha,
          stored.address(),
          stored.stride,
          factor.address(),
          factor.stride,
          beta,
          old.address(),
          added == Added.ROW ? 0 : old.stride,
          result.address(),
          result.stride,
          workspace.address());
      stored.expect(a, "A");
      factor.expect(b, "B");
      double[] computed = result.read();
      result.expect(computed, "C");
      if (old != result) {
        old.expect(addend, "D");
      }
      if (workspace.asSlice(scratch).mismatch(arena.allocate(64).fill((byte) -1)) >= 0) {
        throw new AssertionError("wrote beyond the workspace: " + this);
      }
      return computed;
    }
  }

  @Override
  public String toString() {
    return "%s %s%s %d x %d x %d alpha %s beta %s"
        .formatted(type, transA ? "T" : "N", transB ? "T" : "N", m, n, k, alpha, beta);
  }

  /** A matrix among canaries. */
  private static final class Matrix {
    final Type type;
    final int rows;
    final int columns;
    final int stride;
    final MemorySegment memory;

    Matrix(Arena arena, Type type, int rows, int columns, int padding) {
      this.type = type;
      this.rows = rows;
      this.columns = columns;
      this.stride = columns + padding;
      long elements = 2L * MARGIN + (long) rows * stride;
      this.memory = arena.allocate(elements * type.bytes, 64);
      for (long i = 0; i < elements; i++) {
        type.set(memory, i, CANARY);
      }
    }

    long address() {
      return memory.address() + (long) MARGIN * type.bytes;
    }

    long at(int row, int column) {
      return MARGIN + (long) row * stride + column;
    }

    Matrix fill(double[] dense) {
      for (int i = 0; i < dense.length; i++) {
        type.set(memory, at(i / columns, i % columns), dense[i]);
      }
      return this;
    }

    double[] read() {
      double[] dense = new double[rows * columns];
      for (int i = 0; i < dense.length; i++) {
        dense[i] = type.get(memory, at(i / columns, i % columns));
      }
      return dense;
    }

    void expect(double[] dense, String name) {
      long elements = memory.byteSize() / type.bytes;
      for (long i = 0; i < elements; i++) {
        long inside = i - MARGIN;
        boolean own = inside >= 0 && inside < (long) rows * stride && inside % stride < columns;
        double expected =
            own ? dense[(int) (inside / stride) * columns + (int) (inside % stride)] : CANARY;
        if (Double.compare(type.get(memory, i), expected) != 0) {
          throw new AssertionError("wrote to " + name + " at element " + inside);
        }
      }
    }
  }
}
