package dev.lanewise.internal.kernel;

import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The loops compiled so far. They belong to the process, as classes do: engines share them, so that
 * a second engine finds its loops warm, and equal expressions are compiled once.
 */
final class CompiledLoops {
  private static final ConcurrentHashMap<Key, Object> LOOPS = new ConcurrentHashMap<>();

  /** What identifies a loop; its hash is that of the expressions, which know theirs. */
  private record Key(
      List<Expr> expressions,
      Precision precision,
      int bits,
      long broadcast,
      @Nullable Reduction reduction) {

    // Every op asks, and what a record has of its own links and compiles slowly.
    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Key key
          && bits == key.bits
          && broadcast == key.broadcast
          && precision == key.precision
          && reduction == key.reduction
          && expressions.equals(key.expressions);
    }

    @Override
    public int hashCode() {
      return 31 * (31 * expressions.hashCode() + Long.hashCode(broadcast)) + precision.hashCode();
    }
  }

  private CompiledLoops() {}

  static MapLoop map(Precision precision, int bits, long broadcast, List<Expr> outputs) {
    return (MapLoop)
        LOOPS.computeIfAbsent(
            new Key(outputs, precision, bits, broadcast, null),
            k -> LoopCompiler.map(precision, bits, broadcast, outputs.toArray(Expr[]::new)));
  }

  static ReduceLoop reduce(
      Precision precision, int bits, long broadcast, Reduction reduction, Expr expression) {
    return (ReduceLoop)
        LOOPS.computeIfAbsent(
            new Key(List.of(expression), precision, bits, broadcast, reduction),
            k -> LoopCompiler.reduce(precision, bits, broadcast, reduction, expression));
  }
}
