package dev.lanewise.optim;

import dev.lanewise.internal.kernel.Expr;
import dev.lanewise.optim.UpdateRule.Slot;
import dev.lanewise.tensor.TensorStore;
import java.util.ArrayList;
import java.util.List;

/** An {@link UpdateRule} at work: one pass over the values, the gradients and the slots. */
final class ElementwiseUpdater implements Updater {
  private final UpdateRule rule;
  private final FlatMap update;
  private final double[] params;

  private ElementwiseUpdater(UpdateRule rule, List<String> names, Workspace at) {
    this.rule = rule;
    params = new double[rule.params()];
    TensorStore values = at.parameters().values();
    List<TensorStore> in = new ArrayList<>(List.of(values, at.parameters().gradients()));
    List<TensorStore> out = new ArrayList<>(List.of(values));
    List<Expr> next = new ArrayList<>(List.of(rule.value()));
    for (Slot slot : rule.slots()) {
      in.add(at.slots().get(slot.name()));
      out.add(at.slots().get(slot.name()));
      next.add(slot.next());
    }
    update = new FlatMap(at.engine(), values.dtype(), next, at.runs(names, in, out));
  }

  static Later of(UpdateRule rule, List<String> names, Workspace at) {
    for (Slot slot : rule.slots()) {
      for (String name : names) {
        at.slots()
            .want(slot.name(), name, at.parameters().values().get(name).shape(), slot.initial());
      }
    }
    return () -> new ElementwiseUpdater(rule, names, at);
  }

  @Override
  public double momentum() {
    return rule.momentum();
  }

  @Override
  public void step(long t, double lr, double momentum, double clipScale) {
    rule.fill(params, t, lr, clipScale, momentum);
    update.run(params);
  }
}
