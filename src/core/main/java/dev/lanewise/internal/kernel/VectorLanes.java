package dev.lanewise.internal.kernel;

import static dev.lanewise.internal.kernel.LoopCode.MASK;
import static dev.lanewise.internal.kernel.LoopCode.VECTOR;
import static dev.lanewise.internal.kernel.LoopCode.type;

import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;

/** Writes expressions for a vector of elements, whole or what a mask leaves of it. */
final class VectorLanes extends LaneEmitter {

  private static final int WHOLE = -1;

  private final int lane;
  private final int mask;
  private final ClassDesc vector;
  private final LaneBitsEmitter bits;

  /** Lanes that start {@code lane} elements after the loop's index. */
  VectorLanes(LoopCode loop, int lane) {
    this(loop, lane, WHOLE);
  }

  /**
   * As {@link #VectorLanes(LoopCode, int)} with a mask in a local: memory of the lanes outside of
   * it is neither read nor written, and what is computed in them is of no use.
   */
  VectorLanes(LoopCode loop, int lane, int mask) {
    super(loop, TypeKind.REFERENCE);
    this.lane = lane;
    this.mask = mask;
    vector = loop.vector;
    bits = new LaneBitsEmitter(code, loop.single());
  }

  @Override
  void scalar(Runnable pushScalar) {
    loop.broadcast(pushScalar);
  }

  @Override
  void load(int base) {
    Runnable address = () -> loop.elementAddress(base, lane);
    if (mask == WHOLE) {
      loop.load(address);
    } else {
      loop.load(address, mask);
    }
  }

  @Override
  void store(int value, int base) {
    Runnable address = () -> loop.elementAddress(base, lane);
    code.aload(value);
    if (mask == WHOLE) {
      loop.store(address);
    } else {
      loop.store(address, mask);
    }
  }

  @Override
  void operate(Expr.Kind operation) {
    switch (operation) {
      case NEG -> code.invokevirtual(vector, "neg", type(vector));
      case ABS -> code.invokevirtual(vector, "abs", type(vector));
      case SQRT -> code.invokevirtual(vector, "sqrt", type(vector));
      case ADD -> binary("add");
      case SUB -> binary("sub");
      case MUL -> binary("mul");
      case DIV -> binary("div");
      case MIN -> binary("min");
      case MAX -> binary("max");
      case FMA -> code.invokevirtual(vector, "fma", type(vector, VECTOR, VECTOR));
      case POW2 -> bits.pow2();
      case EXPONENT -> bits.exponent();
      case MANTISSA -> bits.mantissa();
      case COPY_SIGN -> bits.copySign();
      default -> throw new IllegalStateException(operation + " is no operation");
    }
  }

  private void binary(String method) {
    code.invokevirtual(vector, method, type(vector, VECTOR));
  }

  @Override
  void choose(Expr.Kind comparison, int[] args) {
    String operator =
        switch (comparison) {
          case IF_LT -> "LT";
          case IF_LE -> "LE";
          default -> "EQ";
        };
    code.aload(args[3]).aload(args[2]);
    loop.compare(args[0], operator, args[1]);
    code.invokevirtual(vector, "blend", type(vector, VECTOR, MASK));
  }
}
