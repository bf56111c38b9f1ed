package dev.lanewise.internal.op;

import dev.lanewise.internal.kernel.Precision;
import dev.lanewise.internal.random.RandomKey;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Inverted dropout (Srivastava et al. 2014): element i is 0 with probability p and x / (1 - p)
 * otherwise, as rng-v1 decides for (key, i). The mask is never stored: the gradient draws it again.
 *
 * @param key of the random stream
 * @param probability of dropping, in [0, 1)
 */
public record Dropout(long key, double probability) implements Op {
  @Override
  public String name() {
    return "dropout";
  }

  @Override
  public Shape shape(Shape... in) {
    return in[0];
  }

  @Override
  public void forward(Exec exec, Tensor[] in, Tensor out) {
    long x = exec.contiguous(in[0]).address();
    long y = out.address();
    long n = out.size();
    int threshold = RandomKey.threshold(probability);
    Precision precision = Ops.precision(out.dtype());
    double scale = 1 / (1 - probability);
    int tasks = (int) ((n + Exec.GRAIN - 1) / Exec.GRAIN);
    exec.parallel()
        .run(
            tasks,
            t -> {
              long from = (long) t * Exec.GRAIN;
              int count = (int) Math.min(Exec.GRAIN, n - from);
              long at = from * precision.bytes();
              exec.kernels()
                  .random()
                  .dropout(key, threshold, scale, from, count, x + at, y + at, precision);
            });
  }

  @Override
  public List<@Nullable Pull> gradient(Value[] in, Value out, Value g) {
    return List.of(new Pull(this, g));
  }
}
