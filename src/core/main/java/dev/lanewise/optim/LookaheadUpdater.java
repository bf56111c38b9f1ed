package dev.lanewise.optim;

import dev.lanewise.internal.kernel.Expr;
import dev.lanewise.tensor.DType;
import dev.lanewise.tensor.TensorStore;
import java.util.List;

/** {@link Lookahead} at work. */
final class LookaheadUpdater implements Updater {
  private static final String SLOW = "slow";
  private static final Expr VALUE = Expr.input(0);
  private static final Expr MOVED = UpdateRule.average(Expr.input(1), Expr.param(0), VALUE);

  private final Lookahead settings;
  private final Updater base;
  private final FlatMap start;
  private final FlatMap synchronize;

  private LookaheadUpdater(Lookahead settings, Updater base, List<String> names, Workspace at) {
    this.settings = settings;
    this.base = base;
    TensorStore values = at.parameters().values();
    TensorStore slow = at.slots().get(SLOW);
    DType dtype = values.dtype();
    start =
        new FlatMap(
            at.engine(), dtype, List.of(VALUE), at.runs(names, List.of(values), List.of(slow)));
    synchronize =
        new FlatMap(
            at.engine(),
            dtype,
            List.of(MOVED, MOVED),
            at.runs(names, List.of(values, slow), List.of(values, slow)));
  }

  static Later of(Lookahead settings, List<String> names, Expr gradient, Workspace at) {
    Later base = Updater.of(settings.base(), names, gradient, at);
    for (String name : names) {
      at.slots().want(SLOW, name, at.parameters().values().get(name).shape(), 0);
    }
    return () -> new LookaheadUpdater(settings, base.make(), names, at);
  }

  @Override
  public double momentum() {
    return base.momentum();
  }

  @Override
  public void step(long t, double lr, double momentum, double clipScale) {
    if (t == 1) {
      start.run();
    }
    base.step(t, lr, momentum, clipScale);
    if (t % settings.k() == 0) {
      synchronize.run(settings.alpha());
    }
  }
}
