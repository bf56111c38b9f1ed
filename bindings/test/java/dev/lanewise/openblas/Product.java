package dev.lanewise.openblas;

import dev.lanewise.internal.kernel.MatMulKernel;
import dev.lanewise.internal.kernel.Memory;
import dev.lanewise.internal.kernel.Precision;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.Random;

/** One product on random matrices in memory of its own, run by any kernel. */
final class Product {

  /** Elements between the end of a row and the next. */
  static final int PAD = 3;

  private static final double CANARY = 12345;

  private final Precision precision;
  private final boolean transA;
  private final boolean transB;
  private final int m;
  private final int n;
  private final int k;
  private final boolean row;
  private final double[] a;
  private final double[] b;
  private final double[] c;

  /**
   * Draws the matrices.
   *
   * @param row whether one row is added to all rows, in place of C
   */
  Product(Precision precision, boolean transA, boolean transB, int m, int n, int k, boolean row) {
    this.precision = precision;
    this.transA = transA;
    this.transB = transB;
    this.m = m;
    this.n = n;
    this.k = k;
    this.row = row;
    Random random = new Random(m * 31L * 31 + n * 31L + k);
    a = random(random, m * k);
    b = random(random, k * n);
    c = random(random, m * n);
    if (row) {
      Arrays.setAll(c, i -> c[i % n]);
    }
  }

  private static double[] random(Random random, int size) {
    // floats, so that both precisions compute with the same numbers
    return random.doubles(size, -1, 1).map(x -> (float) x).toArray();
  }

  /** Rows and columns as stored, and the number of elements from row to row. */
  private record Stored(int rows, int columns) {
    int distance() {
      return columns + PAD;
    }
  }

  /**
   * Runs {@code kernel}.
   *
   * @param poison whether C holds NaN before, as it does where a row is added
   * @return C, without padding
   * @throws AssertionError when a byte around C has changed
   */
  double[] run(MatMulKernel kernel, double alpha, double beta, boolean poison) {
    Stored storedA = transA ? new Stored(k, m) : new Stored(m, k);
    Stored storedB = transB ? new Stored(n, k) : new Stored(k, n);
    Stored storedC = new Stored(m, n);
    Stored storedRow = new Stored(Math.min(m, 1), n);
    double[] before = c.clone();
    if (poison || row) {
      Arrays.fill(before, Double.NaN);
    }
    try (Arena arena = Arena.ofConfined()) {
      long addressA = place(arena, storedA, a, Double.NaN);
      long addressB = place(arena, storedB, b, Double.NaN);
      long addressC = place(arena, storedC, before, CANARY);
      double[] added = Arrays.copyOf(c, storedRow.rows * n);
      long addressD = row ? place(arena, storedRow, added, Double.NaN) : addressC;
      kernel.gemm(
          transA,
          transB,
          m,
          n,
          k,
          alpha,
          addressA,
          storedA.distance(),
          addressB,
          storedB.distance(),
          beta,
          addressD,
          row ? 0 : storedC.distance(),
          addressC,
          storedC.distance(),
          0);
      return read(storedC, addressC);
    }
  }

  /** Writes a matrix between canaries; the padding of an input is NaN, so using it shows. */
  private long place(Arena arena, Stored stored, double[] values, double padding) {
    long bytes = precision.bytes();
    long elements = PAD + (long) stored.rows * stored.distance();
    long start = arena.allocate(elements * bytes, 64).address();
    for (long i = 0; i < elements; i++) {
      Memory.put(precision, start + i * bytes, padding);
    }
    long first = start + PAD * bytes;
    for (int i = 0; i < values.length; i++) {
      Memory.put(precision, first + place(stored, i) * bytes, values[i]);
    }
    return first;
  }

  private static long place(Stored stored, int i) {
    return (long) (i / stored.columns) * stored.distance() + i % stored.columns;
  }

  private double[] read(Stored stored, long first) {
    long bytes = precision.bytes();
    double[] values = new double[stored.rows * stored.columns];
    for (int i = 0; i < values.length; i++) {
      values[i] = Memory.get(precision, first + place(stored, i) * bytes);
    }
    for (long i = -PAD; i < (long) stored.rows * stored.distance(); i++) {
      boolean inside = i >= 0 && i % stored.distance() < stored.columns;
      if (!inside && Memory.get(precision, first + i * bytes) != CANARY) {
        throw new AssertionError("wrote outside C, at element " + i + " of " + this);
      }
    }
    return values;
  }

  /**
   * The largest {@code |x - y| / (eps * (|alpha| sum |a||b| + |beta c|))}; NaN counts as infinite.
   */
  double gauge(double[] x, double[] y, double alpha, double beta) {
    double eps = precision == Precision.F32 ? Math.ulp(1f) : Math.ulp(1d);
    double worst = 0;
    for (int i = 0; i < x.length; i++) {
      double scale = Math.abs(beta * c[i]);
      for (int p = 0; p < k; p++) {
        scale += Math.abs(alpha * at(a, transA, m, k, i / n, p) * at(b, transB, k, n, p, i % n));
      }
      double difference = Math.abs(x[i] - y[i]);
      if (!(difference == 0)) {
        double gauge = difference / (eps * scale);
        worst = Double.isNaN(gauge) ? Double.POSITIVE_INFINITY : Math.max(worst, gauge);
      }
    }
    return worst;
  }

  private static double at(
      double[] values, boolean transposed, int rows, int columns, int row, int column) {
    return values[transposed ? column * rows + row : row * columns + column];
  }

  @Override
  public String toString() {
    return "%s %s%s m=%d n=%d k=%d%s"
        .formatted(
            precision, transA ? "T" : "N", transB ? "T" : "N", m, n, k, row ? " and a row" : "");
  }
}
