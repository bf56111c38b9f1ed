package dev.lanewise.internal.kernel;

import static dev.lanewise.internal.kernel.LoopCode.MASK;
import static dev.lanewise.internal.kernel.LoopCode.N;
import static dev.lanewise.internal.kernel.LoopCode.VECTOR;
import static dev.lanewise.internal.kernel.LoopCode.type;
import static java.lang.constant.ConstantDescs.CD_double;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;

/**
 * Writes one block of reduce-v1. Its virtual lanes are vectors in registers, the accumulators;
 * where they are more than two, the last elements of a row are joined into lanes in memory.
 *
 * <p>Where two vectors hold the virtual lanes, what is left of a row is computed by masks, and
 * maxima are taken of integers that are ordered as the numbers are ({@link
 * LaneBitsEmitter#ordered}), minima as maxima of the negated: joining is one short instruction
 * then, where the IEEE operation is many (measured in the first-level cache: 0.5 of the time, 0.44
 * in rows of 64 elements). With more vectors the method would be too long for C1 (out of virtual
 * registers), and then never reach C2.
 */
final class BlockEmitter {

  private static final ClassDesc REDUCTION = LoopCode.desc(Reduction.class);
  private static final ClassDesc PRECISION = LoopCode.desc(Precision.class);

  private final LoopCode loop;
  private final CodeBuilder code;
  private final Reduction reduction;
  private final Expr expression;

  /** Local with the address of the lanes in memory. */
  private final int lanesInMemory;

  private final int virtualLanes;
  private final LaneBitsEmitter bits;

  /** Locals of the accumulators. */
  private final int[] accumulators;

  /** Whether they are two, as vectors of 512 bits are. */
  private final boolean few;

  /** Whether they hold integers that are ordered as the numbers are. */
  private final boolean ordered;

  private final ClassDesc accumulatorClass;

  BlockEmitter(LoopCode loop, Reduction reduction, Expr expression, int lanesInMemory) {
    this.loop = loop;
    this.code = loop.code;
    this.reduction = reduction;
    this.expression = expression;
    this.lanesInMemory = lanesInMemory;
    virtualLanes = Reduction.lanes(loop.precision);
    bits = new LaneBitsEmitter(code, loop.single());
    accumulators = new int[loop.width > 0 ? virtualLanes / loop.width : 0];
    for (int a = 0; a < accumulators.length; a++) {
      accumulators[a] = code.allocateLocal(TypeKind.REFERENCE);
    }
    few = accumulators.length <= 2;
    ordered = few && reduction != Reduction.SUM;
    accumulatorClass = ordered ? bits.words() : loop.vector;
  }

  /** By scalars: leaves the value of the block in local {@code result}. */
  void byScalars(int result) {
    identityToMemory();
    joinLeft();
    joinInMemory(result);
  }

  /** By vectors, for a block of a multiple of the virtual lanes, not empty. */
  void whole(int result) {
    identityToRegisters();
    accumulateWhole();
    joinInRegisters(result);
  }

  /** By vectors, for any block. */
  void ragged(int result) {
    identityToRegisters();
    Label left = code.newLabel();
    code.iload(N).loadConstant(virtualLanes).if_icmplt(left);
    accumulateWhole();
    code.labelBinding(left);
    if (few) {
      accumulateLeft();
    } else {
      accumulateVectorsLeft();
      lanesToMemory();
      joinLeft();
      lanesFromMemory();
    }
    joinInRegisters(result);
  }

  // ---- in registers ----

  /** vector of numbers -> ; stores it in local {@code slot} as accumulators hold it. */
  private void enter(int slot) {
    if (!ordered) {
      code.astore(slot);
      return;
    }
    if (reduction == Reduction.MIN) {
      code.invokevirtual(loop.vector, "neg", type(loop.vector));
    }
    code.astore(slot).aload(slot);
    loop.constant(Double.NaN); // the positive one: greater than all numbers
    loop.compare(slot, "NE", slot);
    code.invokevirtual(loop.vector, "blend", type(loop.vector, loop.element, MASK));
    bits.ordered();
    code.astore(slot);
  }

  /** -> the accumulator in local {@code slot} as a vector of numbers. */
  private void leave(int slot) {
    code.aload(slot);
    if (!ordered) {
      return;
    }
    bits.fromOrdered();
    if (reduction == Reduction.MIN) {
      code.invokevirtual(loop.vector, "neg", type(loop.vector));
    }
  }

  /** accumulator = value, a vector of numbers, joined with it. */
  private void accumulate(int accumulator, int value) {
    code.aload(value);
    int entered = code.allocateLocal(TypeKind.REFERENCE);
    enter(entered);
    join(entered, accumulator);
    code.astore(accumulator);
  }

  /**
   * -> local a joined with local b, in this order: before it has seen a method of vectors run, C2
   * knows the class of a value just computed, but not that of one that comes round the loop.
   */
  private void join(int a, int b) {
    code.aload(a).aload(b);
    String method =
        switch (reduction) {
          case SUM -> "add";
          case MAX -> "max";
          case MIN -> ordered ? "max" : "min";
        };
    code.invokevirtual(accumulatorClass, method, type(accumulatorClass, VECTOR));
  }

  private void identityToRegisters() {
    for (int a : accumulators) {
      loop.broadcast(() -> loop.constant(reduction.identity()));
      enter(a);
    }
  }

  /** Joins the elements of a row that fill all virtual lanes, which must be some. */
  private void accumulateWhole() {
    loop.wholes(
        virtualLanes,
        () -> {
          for (int a = 0; a < accumulators.length; a++) {
            accumulate(accumulators[a], new VectorLanes(loop, a * loop.width).value(expression));
          }
        });
  }

  /** Joins what is left, less than one element in each lane: elsewhere the identity. */
  private void accumulateLeft() {
    for (int a = 0; a < accumulators.length; a++) {
      int mask = loop.lanesLeft(a * loop.width);
      int value = new VectorLanes(loop, a * loop.width, mask).value(expression);
      loop.broadcast(() -> loop.constant(reduction.identity()));
      code.aload(value).aload(mask);
      code.invokevirtual(loop.vector, "blend", type(loop.vector, VECTOR, MASK));
      code.astore(value);
      accumulate(accumulators[a], value);
    }
  }

  /** Joins the vectors that are left, as far as whole ones go. */
  private void accumulateVectorsLeft() {
    Label end = code.newLabel();
    for (int a = 0; a < accumulators.length - 1; a++) {
      code.iload(loop.index).iload(N).loadConstant(loop.width - 1).isub().if_icmpge(end);
      accumulate(accumulators[a], new VectorLanes(loop, 0).value(expression));
      code.iinc(loop.index, loop.width);
    }
    code.labelBinding(end);
  }

  /** What {@link Reduction#joinLanes} does, in registers. */
  private void joinInRegisters(int result) {
    int joined = code.allocateLocal(TypeKind.REFERENCE);
    int other = code.allocateLocal(TypeKind.REFERENCE);
    for (int half = accumulators.length / 2; half > 0; half /= 2) {
      for (int a = 0; a < half; a++) {
        join(accumulators[a], accumulators[a + half]);
        code.astore(accumulators[a]);
      }
    }
    code.aload(accumulators[0]).astore(joined);
    for (int half = loop.width / 2; half > 0; half /= 2) {
      code.aload(joined);
      loop.rotate(accumulatorClass, half);
      code.astore(other);
      join(joined, other);
      code.astore(joined);
    }
    leave(joined);
    code.iconst_0().invokevirtual(loop.vector, "lane", type(loop.element, CD_int));
    code.storeLocal(loop.kind, result);
  }

  // ---- in memory ----

  private void laneAddress(int lane) {
    code.lload(lanesInMemory).iload(lane).loadConstant(loop.bytes).imul().i2l().ladd();
  }

  private void identityToMemory() {
    int lane = code.allocateLocal(TypeKind.INT);
    code.iconst_0().istore(lane);
    Label head = code.newBoundLabel();
    loop.set(() -> laneAddress(lane), () -> loop.constant(reduction.identity()));
    code.iinc(lane, 1).iload(lane).loadConstant(virtualLanes).if_icmplt(head);
  }

  private void lanesToMemory() {
    for (int a = 0; a < accumulators.length; a++) {
      long offset = (long) a * loop.width * loop.bytes;
      leave(accumulators[a]);
      loop.store(() -> code.lload(lanesInMemory).loadConstant(offset).ladd());
    }
  }

  private void lanesFromMemory() {
    for (int a = 0; a < accumulators.length; a++) {
      long offset = (long) a * loop.width * loop.bytes;
      loop.load(() -> code.lload(lanesInMemory).loadConstant(offset).ladd());
      enter(accumulators[a]);
    }
  }

  /** Joins element after element that is left into its lane. */
  private void joinLeft() {
    loop.left(
        () -> {
          var scalars = new ScalarLanes(loop);
          int value = scalars.value(expression);
          int lane = code.allocateLocal(TypeKind.INT);
          code.iload(loop.index).loadConstant(virtualLanes - 1).iand().istore(lane);
          loop.set(
              () -> laneAddress(lane),
              () -> {
                loop.get(() -> laneAddress(lane));
                code.loadLocal(loop.kind, value);
                scalars.operate(operation());
              });
        });
  }

  private Expr.Kind operation() {
    return switch (reduction) {
      case SUM -> Expr.Kind.ADD;
      case MAX -> Expr.Kind.MAX;
      case MIN -> Expr.Kind.MIN;
    };
  }

  private void joinInMemory(int result) {
    code.getstatic(REDUCTION, reduction.name(), REDUCTION);
    code.getstatic(PRECISION, loop.precision.name(), PRECISION).lload(lanesInMemory);
    code.invokevirtual(REDUCTION, "joinLanes", type(CD_double, PRECISION, CD_long));
    loop.narrow();
    code.storeLocal(loop.kind, result);
  }
}
