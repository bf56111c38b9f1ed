package dev.lanewise.internal.kernel;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.TypeKind;
import java.util.IdentityHashMap;

/**
 * Writes expressions for one kind of lane: a scalar, or a vector of them. Every node is computed
 * once into a local variable of its own, in order; constants and broadcasts stand inside the loop,
 * where C2 hoists them, because a vector kept in a local across the loop head would stay boxed in
 * an on-stack replacement.
 */
abstract sealed class LaneEmitter permits ScalarLanes, VectorLanes {

  final LoopCode loop;
  final CodeBuilder code;
  private final TypeKind slotKind;
  private final IdentityHashMap<Expr, Integer> done = new IdentityHashMap<>();

  LaneEmitter(LoopCode loop, TypeKind slotKind) {
    this.loop = loop;
    this.code = loop.code;
    this.slotKind = slotKind;
  }

  /** Emits what computes {@code e} and returns the local that holds it. */
  final int value(Expr e) {
    Integer known = done.get(e);
    if (known != null) {
      return known;
    }
    int[] args = new int[e.args().size()];
    for (int i = 0; i < args.length; i++) {
      args[i] = value(e.args().get(i));
    }
    switch (e.kind()) {
      case INPUT -> input(e.index());
      case PARAM -> scalar(() -> code.loadLocal(loop.kind, loop.params[e.index()]));
      case CONSTANT -> scalar(() -> loop.constant(e.value()));
      case IF_LT, IF_LE, IF_EQ -> choose(e.kind(), args);
      default -> {
        for (int arg : args) {
          code.loadLocal(slotKind, arg);
        }
        operate(e.kind());
      }
    }
    int slot = code.allocateLocal(slotKind);
    code.storeLocal(slotKind, slot);
    done.put(e, slot);
    return slot;
  }

  private void input(int j) {
    if (loop.isBroadcast(j)) {
      scalar(() -> code.loadLocal(loop.kind, loop.inputs[j]));
    } else {
      load(loop.inputs[j]);
    }
  }

  abstract void scalar(Runnable pushScalar);

  abstract void load(int base);

  /** Stores local {@code value} at the loop's index of the row at local {@code base}. */
  abstract void store(int value, int base);

  abstract void operate(Expr.Kind operation);

  abstract void choose(Expr.Kind comparison, int[] args);
}
