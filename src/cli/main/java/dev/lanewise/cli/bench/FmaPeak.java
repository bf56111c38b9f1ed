package dev.lanewise.cli.bench;

import dev.lanewise.internal.kernel.Lanes;
import dev.lanewise.internal.kernel.Precision;
import jdk.incubator.vector.FloatVector;

/** The most floating-point operations a core can do: FMAs that touch no memory. */
public final class FmaPeak {
  /** Enough independent chains to hide a latency of four cycles on two or three ports. */
  private static final int CHAINS = 12;

  private static final int ROUNDS = 20_000;

  /** Keeps the JIT from dropping the work; written once for each measurement. */
  private volatile float sink;

  /**
   * GFLOP/s on {@code threads} threads together. Measured in F32: in F64 an instruction takes as
   * long and does half.
   */
  public double gflops(Precision precision, int threads, double seconds) {
    double flops = 2.0 * CHAINS * ROUNDS * Lanes.BYTES / precision.bytes();
    return Workers.sum(
        threads, _ -> flops / Medians.seconds(() -> sink = chains(), seconds) * 1e-9);
  }

  private static float chains() {
    // converges to 1: neither overflow nor subnormals
    FloatVector x = FloatVector.broadcast(Lanes.F32, 0.5f);
    FloatVector y = FloatVector.broadcast(Lanes.F32, 0.5f);
    FloatVector a = y;
    FloatVector b = y;
    FloatVector c = y;
    FloatVector d = y;
    FloatVector e = y;
    FloatVector f = y;
    FloatVector g = y;
    FloatVector h = y;
    FloatVector i = y;
    FloatVector j = y;
    FloatVector k = y;
    FloatVector l = y;
    for (int round = 0; round < ROUNDS; round++) {
      a = a.fma(x, y);
      b = b.fma(x, y);
      c = c.fma(x, y);
      d = d.fma(x, y);
      e = e.fma(x, y);
      f = f.fma(x, y);
      g = g.fma(x, y);
      h = h.fma(x, y);
      i = i.fma(x, y);
      j = j.fma(x, y);
      k = k.fma(x, y);
      l = l.fma(x, y);
    }
    FloatVector sum =
        a.add(b).add(c).add(d).add(e).add(f).add(g).add(h).add(i).add(j).add(k).add(l);
    return sum.lane(0);
  }
}
