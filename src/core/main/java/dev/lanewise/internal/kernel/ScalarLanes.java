package dev.lanewise.internal.kernel;

import static java.lang.constant.ConstantDescs.CD_double;

import java.lang.classfile.Label;
import java.lang.classfile.Opcode;
import java.lang.classfile.instruction.OperatorInstruction;
import java.lang.constant.ClassDesc;
import java.util.Arrays;

/** Writes expressions for the one element at the loop's index. */
final class ScalarLanes extends LaneEmitter {

  private static final ClassDesc MATH = LoopCode.desc(Math.class);
  private static final ClassDesc LANE_BITS = LoopCode.desc(LaneBits.class);

  ScalarLanes(LoopCode loop) {
    super(loop, loop.kind);
  }

  @Override
  void scalar(Runnable pushScalar) {
    pushScalar.run();
  }

  @Override
  void load(int base) {
    loop.get(() -> loop.elementAddress(base, 0));
  }

  @Override
  void store(int value, int base) {
    loop.set(() -> loop.elementAddress(base, 0), () -> code.loadLocal(loop.kind, value));
  }

  @Override
  void operate(Expr.Kind operation) {
    switch (operation) {
      case NEG -> instruction(Opcode.FNEG, Opcode.DNEG);
      case ADD -> instruction(Opcode.FADD, Opcode.DADD);
      case SUB -> instruction(Opcode.FSUB, Opcode.DSUB);
      case MUL -> instruction(Opcode.FMUL, Opcode.DMUL);
      case DIV -> instruction(Opcode.FDIV, Opcode.DDIV);
      case SQRT -> {
        loop.widen();
        code.invokestatic(MATH, "sqrt", LoopCode.type(CD_double, CD_double));
        loop.narrow();
      }
      case ABS -> invoke(MATH, "abs", 1);
      case MIN -> invoke(MATH, "min", 2);
      case MAX -> invoke(MATH, "max", 2);
      case FMA -> invoke(MATH, "fma", 3);
      case POW2 -> invoke(LANE_BITS, "pow2", 1);
      case EXPONENT -> invoke(LANE_BITS, "exponent", 1);
      case MANTISSA -> invoke(LANE_BITS, "mantissa", 1);
      case COPY_SIGN -> invoke(LANE_BITS, "copySign", 2);
      default -> throw new IllegalStateException(operation + " is no operation");
    }
  }

  /** Writes that one of the two which is of the loop's precision. */
  private void instruction(Opcode f32, Opcode f64) {
    code.with(OperatorInstruction.of(loop.single() ? f32 : f64));
  }

  private void invoke(ClassDesc owner, String method, int args) {
    ClassDesc[] types = new ClassDesc[args];
    Arrays.fill(types, loop.element);
    code.invokestatic(owner, method, LoopCode.type(loop.element, types));
  }

  @Override
  void choose(Expr.Kind comparison, int[] args) {
    Label otherwise = code.newLabel();
    Label end = code.newLabel();
    code.loadLocal(loop.kind, args[0]).loadLocal(loop.kind, args[1]);
    instruction(Opcode.FCMPG, Opcode.DCMPG);
    switch (comparison) {
      case IF_LT -> code.ifge(otherwise);
      case IF_LE -> code.ifgt(otherwise);
      default -> code.ifne(otherwise);
    }
    code.loadLocal(loop.kind, args[2]).goto_(end);
    code.labelBinding(otherwise).loadLocal(loop.kind, args[3]);
    code.labelBinding(end);
  }
}
