package dev.lanewise.internal.kernel;

import static dev.lanewise.internal.kernel.LoopCode.MASK;
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
 * where no masks are to be had, what is left of a row is joined into lanes in memory.
 *
 * <p>Maxima are taken of integers that are ordered as the numbers are ({@link
 * LaneBitsEmitter#ordered}), minima as maxima of the negated: from one accumulator to the next it
 * is then one short instruction, where the IEEE operation is many (measured in the first-level
 * cache, 512-bit vectors: half the time, in rows of 64 elements 0.44; 256-bit vectors: as long, in
 * short rows 0.7).
 */
final class BlockEmitter {

  private static final ClassDesc REDUCTION = LoopCode.desc(Reduction.class);
  private static final ClassDesc PRECISION = LoopCode.desc(Precision.class);
  private static final ClassDesc MATH = LoopCode.desc(Math.class);

  private final LoopCode loop;
  private final CodeBuilder code;
  private final Reduction reduction;
  private final Expr expression;

  /** Local with the address of the lanes in memory. */
  private final int lanes;

  private final int virtualLanes;
  private final LaneBitsEmitter bits;

  /** Class and locals of the accumulators. */
  private final ClassDesc accumulator;

  private final int[] acc;

  BlockEmitter(LoopCode loop, Reduction reduction, Expr expression, int lanes) {
    this.loop = loop;
    this.code = loop.code;
    this.reduction = reduction;
    this.expression = expression;
    this.lanes = lanes;
    virtualLanes = Reduction.lanes(loop.precision);
    bits = new LaneBitsEmitter(code, loop.single());
    accumulator = reduction == Reduction.SUM ? loop.vector : bits.words();
    acc = new int[loop.width > 0 ? virtualLanes / loop.width : 0];
    for (int a = 0; a < acc.length; a++) {
      acc[a] = code.allocateLocal(TypeKind.REFERENCE);
    }
  }

  /** By scalars: leaves the value of the block in local {@code result}. */
  void byScalars(int result) {
    identityToMemory();
    joinLeft();
    joinInMemory(result);
  }

  /** By vectors, for a block of a multiple of the virtual lanes. */
  void whole(int result) {
    accumulateWhole();
    joinInRegisters(result);
  }

  /** By vectors, for any block. */
  void ragged(int result) {
    accumulateWhole();
    if (loop.masks) {
      accumulateLeft();
    } else {
      lanesToMemory();
      joinLeft();
      lanesFromMemory();
    }
    joinInRegisters(result);
  }

  // ---- in registers ----

  /** vector of numbers -> ; stores it in local {@code slot} as accumulators hold it. */
  private void enter(int slot) {
    if (reduction == Reduction.SUM) {
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
    if (reduction != Reduction.SUM) {
      bits.fromOrdered();
    }
    if (reduction == Reduction.MIN) {
      code.invokevirtual(loop.vector, "neg", type(loop.vector));
    }
  }

  /** acc = value, a vector of numbers, joined with acc. */
  private void accumulate(int acc, int value) {
    code.aload(value);
    int entered = code.allocateLocal(TypeKind.REFERENCE);
    enter(entered);
    join(entered, acc);
    code.astore(acc);
  }

  /**
   * -> local a joined with local b, in this order: before it has seen a method of vectors run, C2
   * knows the class of a value just computed, but not that of one that comes round the loop.
   */
  private void join(int a, int b) {
    code.aload(a).aload(b);
    String method = reduction == Reduction.SUM ? "add" : "max";
    code.invokevirtual(accumulator, method, type(accumulator, VECTOR));
  }

  private void accumulateWhole() {
    for (int a : acc) {
      loop.broadcast(() -> loop.constant(reduction.identity()));
      enter(a);
    }
    loop.whileAtLeast(
        virtualLanes,
        () -> {
          for (int a = 0; a < acc.length; a++) {
            accumulate(acc[a], new VectorLanes(loop, a * loop.width).value(expression));
          }
        });
  }

  /** Joins what is left, less than one element in each lane: elsewhere the identity. */
  private void accumulateLeft() {
    for (int a = 0; a < acc.length; a++) {
      int mask = loop.lanesLeft(a * loop.width);
      int value = new VectorLanes(loop, a * loop.width, mask).value(expression);
      loop.broadcast(() -> loop.constant(reduction.identity()));
      code.aload(value).aload(mask);
      code.invokevirtual(loop.vector, "blend", type(loop.vector, VECTOR, MASK));
      code.astore(value);
      accumulate(acc[a], value);
    }
  }

  /** What {@link Reduction#joinLanes} does, in registers. */
  private void joinInRegisters(int result) {
    int joined = code.allocateLocal(TypeKind.REFERENCE);
    int other = code.allocateLocal(TypeKind.REFERENCE);
    for (int half = acc.length / 2; half > 0; half /= 2) {
      for (int a = 0; a < half; a++) {
        join(acc[a], acc[a + half]);
        code.astore(acc[a]);
      }
    }
    code.aload(acc[0]).astore(joined);
    for (int half = loop.width / 2; half > 0; half /= 2) {
      code.aload(joined);
      loop.rotate(accumulator, half);
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
    code.lload(lanes).iload(lane).loadConstant(loop.bytes).imul().i2l().ladd();
  }

  private void identityToMemory() {
    int lane = code.allocateLocal(TypeKind.INT);
    code.iconst_0().istore(lane);
    Label head = code.newBoundLabel();
    loop.set(() -> laneAddress(lane), () -> loop.constant(reduction.identity()));
    code.iinc(lane, 1).iload(lane).loadConstant(virtualLanes).if_icmplt(head);
  }

  private void lanesToMemory() {
    for (int a = 0; a < acc.length; a++) {
      long offset = (long) a * loop.width * loop.bytes;
      leave(acc[a]);
      loop.store(() -> code.lload(lanes).loadConstant(offset).ladd());
    }
  }

  private void lanesFromMemory() {
    for (int a = 0; a < acc.length; a++) {
      long offset = (long) a * loop.width * loop.bytes;
      loop.load(() -> code.lload(lanes).loadConstant(offset).ladd());
      enter(acc[a]);
    }
  }

  /** Joins element after element that is left into its lane. */
  private void joinLeft() {
    loop.whileAtLeast(
        1,
        () -> {
          int value = new ScalarLanes(loop).value(expression);
          int lane = code.allocateLocal(TypeKind.INT);
          code.iload(loop.index).loadConstant(virtualLanes - 1).iand().istore(lane);
          loop.set(() -> laneAddress(lane), () -> joinedWith(value, lane));
        });
  }

  private void joinedWith(int value, int lane) {
    loop.get(() -> laneAddress(lane));
    code.loadLocal(loop.kind, value);
    if (reduction != Reduction.SUM) {
      String method = reduction == Reduction.MAX ? "max" : "min";
      code.invokestatic(MATH, method, type(loop.element, loop.element, loop.element));
    } else if (loop.single()) {
      code.fadd();
    } else {
      code.dadd();
    }
  }

  private void joinInMemory(int result) {
    code.getstatic(REDUCTION, reduction.name(), REDUCTION);
    code.getstatic(PRECISION, loop.precision.name(), PRECISION).lload(lanes);
    code.invokevirtual(REDUCTION, "joinLanes", type(CD_double, PRECISION, CD_long));
    loop.narrow();
    code.storeLocal(loop.kind, result);
  }
}
