package dev.lanewise.optim;

import dev.lanewise.internal.kernel.Expr;
import dev.lanewise.internal.op.Exec;
import dev.lanewise.optim.TensorRule.TensorSlot;
import dev.lanewise.tensor.Scope;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/** A {@link TensorRule} at work: tensor by tensor. */
final class TensorUpdater implements Updater {

  /** A parameter with what is kept of it. */
  private record Item(Tensor value, Tensor gradient, List<Tensor> slots) {}

  private final TensorRule rule;
  private final Expr gradient;
  private final Exec exec;
  private final List<Item> items = new ArrayList<>();

  private TensorUpdater(TensorRule rule, List<String> names, Expr gradient, Workspace at) {
    this.rule = rule;
    this.gradient = gradient;
    exec = Exec.of(at.engine(), at.scope());
    for (String name : names) {
      Tensor value = at.parameters().values().get(name);
      List<Tensor> slots = new ArrayList<>();
      for (TensorSlot slot : rule.slots().apply(value.shape())) {
        slots.add(at.slots().get(slot.name()).get(name));
      }
      if (value.size() > 0) {
        items.add(new Item(value, at.parameters().gradients().get(name), slots));
      }
    }
  }

  static Later of(TensorRule rule, List<String> names, Expr gradient, Workspace at) {
    for (String name : names) {
      Shape shape = at.parameters().values().get(name).shape();
      for (TensorSlot slot : rule.slots().apply(shape)) {
        at.slots().want(slot.name(), name, slot.shape(), 0);
      }
    }
    return () -> new TensorUpdater(rule, names, gradient, at);
  }

  @Override
  public double momentum() {
    return rule.momentum();
  }

  @Override
  public void step(long t, double lr, double momentum, double clipScale) {
    double[] params = {lr, clipScale, momentum, 1 - momentum};
    for (Item item : items) {
      Scope scope = exec.scope();
      scope.reset();
      Tensor g = exec.allocate(item.value.dtype(), item.value.shape());
      exec.map(gradient, params, new Tensor[] {item.value, item.gradient}, g);
      rule.step().accept(new TensorStep(exec, item.value, g, item.slots, t, lr, momentum));
    }
  }
}
