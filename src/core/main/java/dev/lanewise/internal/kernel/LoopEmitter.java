package dev.lanewise.internal.kernel;

import static dev.lanewise.internal.kernel.LoopCode.MEMORY;
import static dev.lanewise.internal.kernel.LoopCode.N;
import static dev.lanewise.internal.kernel.LoopCode.type;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.util.function.ObjIntConsumer;

/** Writes one method of a compiled loop: rows, and in each its elements. */
final class LoopEmitter {

  /**
   * C2 does not inline a hot method of more bytecodes than this (FreqInlineSize). A loop that it
   * inlines into a caller it may compile with boxed vectors, when the caller's budget is used up;
   * so loops are made too large to inline.
   */
  private static final int TOO_LARGE_TO_INLINE = 330;

  // slots of run's parameters; slot 0 is `this`
  private static final int AT = 1;
  private static final int STEPS = 2;
  private static final int PARAMS = 3;
  private static final int FROM = 4;
  private static final int ROWS = 7;
  private static final int LANES = 8;
  private static final int RESULTS = 10;

  private final LoopCode loop;
  private final CodeBuilder code;
  private final Expr[] expressions;

  /** Locals with each operand's address in the first row. */
  private final int[] operands;

  /** Locals with how far each operand moves from row to row. */
  private final int[] steps;

  /** Local with the number of the row. */
  private final int row;

  /** Locals of the outputs: the row's address from {@link Memory#at}. */
  private final int[] outputs;

  LoopEmitter(
      CodeBuilder code, Precision precision, int bits, long broadcast, Expr... expressions) {
    this.code = code;
    this.expressions = expressions;
    loop = new LoopCode(code, precision, bits, broadcast, expressions);
    outputs = new int[expressions.length];
    operands = new int[loop.inputs.length + expressions.length];
    steps = new int[operands.length];
    row = code.allocateLocal(TypeKind.INT);
  }

  /** {@code for each row: for each element: all expressions, then all stores}, by scalars. */
  void mapByScalars() {
    countElements();
    forEachRow(operands.length, () -> loop.left(() -> storeAll(new ScalarLanes(loop))));
    returnNothing();
  }

  /**
   * The same by vectors, as far as whole ones go; before it, method {@code ragged} of class {@code
   * self} does what is left of the rows. They are two methods because C2 keeps the constants of an
   * expression in registers throughout a method: where the other kind of lanes has its own, too few
   * are left for those of the vectors (measured: GELU, erf, log took 1.5 times as long), and C1
   * gives up a method that is twice as long (out of virtual registers), which then never reaches
   * C2.
   */
  void mapByVectors(ClassDesc self) {
    countElements();
    Label whole = code.newLabel();
    Label end = code.newLabel();
    code.iload(N).loadConstant(loop.width - 1).iand().ifeq(whole);
    code.aload(0).aload(AT).aload(STEPS).aload(PARAMS).lload(FROM).iload(N).iload(ROWS);
    code.invokevirtual(self, LoopCompiler.RAGGED, LoopCompiler.MAP_RUN);
    code.labelBinding(whole);
    code.iload(N).loadConstant(loop.width).if_icmplt(end);
    forEachRow(
        operands.length, () -> loop.wholes(loop.width, () -> storeAll(new VectorLanes(loop, 0))));
    code.labelBinding(end);
    returnNothing();
  }

  /** What {@link #mapByVectors} leaves of each row: less than a vector, more than nothing. */
  void mapRagged() {
    countElements();
    forEachRow(
        operands.length,
        () -> {
          code.iload(N).loadConstant(-loop.width).iand().istore(loop.index);
          if (loop.masks) {
            storeAll(new VectorLanes(loop, 0, loop.lanesLeft(0)));
          } else {
            loop.left(() -> storeAll(new ScalarLanes(loop)));
          }
        });
    returnNothing();
  }

  /** Tells C2 the range of n. */
  private void countElements() {
    code.iload(N).invokestatic(MEMORY, "count", type(CD_int, CD_int)).istore(N);
  }

  private void returnNothing() {
    code.return_();
    padding();
  }

  private void storeAll(LaneEmitter lanes) {
    int[] results = new int[expressions.length];
    for (int k = 0; k < results.length; k++) {
      results[k] = lanes.value(expressions[k]);
    }
    for (int k = 0; k < results.length; k++) {
      lanes.store(results[k], outputs[k]);
    }
  }

  /** {@code for each row: reduce-v1 over one block}, by scalars. */
  void reduceByScalars(Reduction reduction) {
    reduceRows(reduction, BlockEmitter::byScalars);
  }

  /**
   * The same by vectors, for rows of a multiple of the virtual lanes; method {@code ragged} of
   * class {@code self} does the others, and empty ones. They are two methods for the same reasons
   * as those of {@link #mapByVectors}.
   */
  void reduceByVectors(ClassDesc self, Reduction reduction) {
    Label ragged = code.newLabel();
    Label whole = code.newLabel();
    code.iload(N).ifeq(ragged);
    code.iload(N).loadConstant(Reduction.lanes(loop.precision) - 1).iand().ifeq(whole);
    code.labelBinding(ragged);
    code.aload(0).aload(AT).aload(STEPS).aload(PARAMS).lload(FROM).iload(N).iload(ROWS);
    code.lload(LANES).lload(RESULTS);
    code.invokevirtual(self, LoopCompiler.RAGGED, LoopCompiler.REDUCE_RUN).dreturn();
    code.labelBinding(whole);
    reduceRows(reduction, BlockEmitter::whole);
  }

  /** Rows of any length by vectors. */
  void reduceRagged(Reduction reduction) {
    reduceRows(reduction, BlockEmitter::ragged);
  }

  private void reduceRows(Reduction reduction, ObjIntConsumer<BlockEmitter> block) {
    countElements();
    int result = code.allocateLocal(loop.kind);
    loop.constant(0); // never seen, for there is a row; the verifier does not know
    code.storeLocal(loop.kind, result);
    forEachRow(
        loop.inputs.length,
        () -> {
          block.accept(new BlockEmitter(loop, reduction, expressions[0], LANES), result);
          loop.set(() -> code.lload(RESULTS), () -> code.loadLocal(loop.kind, result));
          code.lload(RESULTS).loadConstant((long) loop.bytes).ladd().lstore(RESULTS);
        });
    code.loadLocal(loop.kind, result);
    loop.widen();
    code.dreturn();
    padding();
  }

  private void padding() {
    for (int i = 0; i < TOO_LARGE_TO_INLINE; i++) {
      code.nop();
    }
    code.goto_(code.newBoundLabel());
  }

  /**
   * {@code for (row = 0; row < rows; row++) body}, with the operands' locals set for each row.
   *
   * <p>With its test at the head, and that of {@link LoopCode#wholes} in it at the end, C2 makes
   * two loops of them, the inner one without bounds checks. Where the outer one had its test at the
   * end and the inner one at its head, C2 made one loop of both for short rows: those of 16
   * elements took 3 times as long, of 64 2.3 times, of 128 1.5 times (measured by RowsBench).
   */
  private void forEachRow(int used, Runnable body) {
    loadParams();
    int inputs = loop.inputs.length;
    for (int k = 0; k < used; k++) {
      operands[k] = code.allocateLocal(TypeKind.LONG);
      code.aload(AT).loadConstant(k).laload();
      if (k >= inputs || !loop.isBroadcast(k)) {
        code.lload(FROM).loadConstant((long) loop.bytes).lmul().ladd();
      }
      code.lstore(operands[k]);
      steps[k] = code.allocateLocal(TypeKind.LONG);
      code.aload(STEPS).loadConstant(k).laload().lstore(steps[k]);
    }
    code.iconst_0().istore(row);
    Label head = code.newBoundLabel();
    Label end = code.newLabel();
    code.iload(row).iload(ROWS).if_icmpge(end);
    for (int k = 0; k < used; k++) {
      if (k >= inputs) {
        outputs[k - inputs] = rowAddress(k);
      } else if (loop.isBroadcast(k)) {
        loop.inputs[k] = rowElement(k);
      } else {
        loop.inputs[k] = rowAddress(k);
      }
    }
    code.iconst_0().istore(loop.index);
    body.run();
    code.iinc(row, 1).goto_(head);
    code.labelBinding(end);
  }

  private void loadParams() {
    for (int j = 0; j < loop.params.length; j++) {
      code.aload(PARAMS).loadConstant(j).daload();
      loop.narrow();
      loop.params[j] = code.allocateLocal(loop.kind);
      code.storeLocal(loop.kind, loop.params[j]);
    }
  }

  /** -> the address of operand {@code k} in the row. */
  private void inRow(int k) {
    code.lload(operands[k]).iload(row).i2l().lload(steps[k]).lmul().ladd();
  }

  private int rowAddress(int k) {
    int slot = code.allocateLocal(TypeKind.LONG);
    inRow(k);
    code.invokestatic(MEMORY, "at", type(CD_long, CD_long)).lstore(slot);
    return slot;
  }

  private int rowElement(int k) {
    int slot = code.allocateLocal(loop.kind);
    loop.get(() -> inRow(k));
    code.storeLocal(loop.kind, slot);
    return slot;
  }
}
