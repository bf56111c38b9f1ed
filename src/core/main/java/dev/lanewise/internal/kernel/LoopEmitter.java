package dev.lanewise.internal.kernel;

import static java.lang.constant.ConstantDescs.CD_Class;
import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_boolean;
import static java.lang.constant.ConstantDescs.CD_double;
import static java.lang.constant.ConstantDescs.CD_float;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.DirectMethodHandleDesc;
import java.lang.constant.DynamicConstantDesc;
import java.lang.constant.MethodHandleDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.ConstantBootstraps;
import java.nio.ByteOrder;
import java.util.IdentityHashMap;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.Vector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * Writes the {@code run} method of one compiled loop. Every node of an expression is computed once
 * into a local variable of its own, in order; constants and broadcasts stand inside the loop, where
 * C2 hoists them, because a vector kept in a local across the loop head would stay boxed in an
 * on-stack replacement.
 */
final class LoopEmitter {

  private static final ClassDesc VECTOR = desc(Vector.class);
  private static final ClassDesc MASK = desc(VectorMask.class);
  private static final ClassDesc SPECIES = desc(VectorSpecies.class);
  private static final ClassDesc SHUFFLE = desc(VectorShuffle.class);
  private static final ClassDesc COMPARISON = desc(VectorOperators.Comparison.class);
  private static final ClassDesc OPERATORS = desc(VectorOperators.class);
  private static final ClassDesc SEGMENT = desc(MemorySegment.class);
  private static final ClassDesc BYTE_ORDER = desc(ByteOrder.class);
  private static final ClassDesc LAYOUT = desc(ValueLayout.class);
  private static final ClassDesc MATH = desc(Math.class);
  private static final ClassDesc MEMORY = desc(Memory.class);
  private static final ClassDesc LANE_BITS = desc(LaneBits.class);
  private static final ClassDesc REDUCTION = desc(Reduction.class);
  private static final ClassDesc PRECISION = desc(Precision.class);

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
  private static final int N = 6;
  private static final int ROWS = 7;
  private static final int LANES = 8;
  private static final int RESULTS = 10;

  private final CodeBuilder code;
  private final Precision precision;
  private final Expr[] expressions;
  private final long broadcast;

  private final ClassDesc element;
  private final TypeKind kind;
  private final int bytes;
  private final ClassDesc vector;
  private final ClassDesc layout;
  private final String layoutName;
  private final String speciesName;
  private final int width;

  /** Locals with the row's address of each operand. */
  private final int[] operands;

  /** Locals of the inputs: the address again, as C2 wants it, or the row's element if broadcast. */
  private final int[] inputs;

  /** Locals of the outputs' addresses. */
  private final int[] outputs;

  private final int[] params;
  private final int index;

  LoopEmitter(
      CodeBuilder code, Precision precision, int bits, long broadcast, Expr... expressions) {
    this.code = code;
    this.precision = precision;
    this.expressions = expressions;
    this.broadcast = broadcast;
    boolean single = precision == Precision.F32;
    element = single ? CD_float : CD_double;
    kind = single ? TypeKind.FLOAT : TypeKind.DOUBLE;
    bytes = precision.bytes();
    vector = single ? desc(FloatVector.class) : desc(DoubleVector.class);
    layout = single ? desc(ValueLayout.OfFloat.class) : desc(ValueLayout.OfDouble.class);
    layoutName = single ? "JAVA_FLOAT_UNALIGNED" : "JAVA_DOUBLE_UNALIGNED";
    speciesName = "SPECIES_" + bits;
    width = bits / Byte.SIZE / bytes;
    int inputCount = 0;
    int paramCount = 0;
    for (Expr e : expressions) {
      inputCount = Math.max(inputCount, e.inputs());
      paramCount = Math.max(paramCount, e.params());
    }
    inputs = new int[inputCount];
    outputs = new int[expressions.length];
    operands = new int[inputCount + expressions.length];
    params = new int[paramCount];
    index = code.allocateLocal(TypeKind.INT);
  }

  private static ClassDesc desc(Class<?> type) {
    return type.describeConstable().orElseThrow();
  }

  // ---- the two shapes of loop ----

  /** {@code for each row: for each element: all expressions, then all stores}. */
  void map() {
    // not for reductions: those of rows of 128 elements became a third slower by it
    code.iload(N).invokestatic(MEMORY, "count", type(CD_int, CD_int)).istore(N);
    forEachRow(
        operands.length,
        () -> {
          if (width > 0) {
            whileMoreThan(width, () -> storeAll(new VectorLanes(0)));
          }
          whileMoreThan(1, () -> storeAll(new ScalarLanes()));
        });
    code.return_();
    padding();
  }

  private void storeAll(LaneCode lanes) {
    int[] results = new int[expressions.length];
    for (int k = 0; k < results.length; k++) {
      results[k] = lanes.value(expressions[k]);
    }
    for (int k = 0; k < results.length; k++) {
      lanes.store(results[k], outputs[k]);
    }
  }

  /** {@code for each row: reduce-v1 over one block}. */
  void reduce(Reduction reduction) {
    int result = code.allocateLocal(kind);
    forEachRow(
        inputs.length,
        () -> {
          block(reduction, result);
          code.getstatic(MEMORY, "ALL", SEGMENT).getstatic(LAYOUT, layoutName, layout);
          code.lload(RESULTS).loadLocal(kind, result);
          code.invokeinterface(SEGMENT, "set", type(CD_void, layout, CD_long, element));
          code.lload(RESULTS).loadConstant((long) bytes).ladd().lstore(RESULTS);
        });
    code.loadLocal(kind, result);
    if (kind == TypeKind.FLOAT) {
      code.f2d();
    }
    code.dreturn();
    padding();
  }

  /**
   * One block: whole vectors into virtual lanes in registers; a part of a vector that is left over
   * into lanes in memory, from where those of vectors come back.
   */
  private void block(Reduction reduction, int result) {
    int virtualLanes = Reduction.LANES_BYTES / bytes;
    Expr expression = expressions[0];
    int[] acc = new int[width > 0 ? virtualLanes / width : 0];
    for (int a = 0; a < acc.length; a++) {
      acc[a] = code.allocateLocal(TypeKind.REFERENCE);
      loadConstant(reduction.identity());
      broadcastTop();
      code.astore(acc[a]);
    }
    Label end = code.newLabel();
    if (acc.length > 0) {
      whileMoreThan(
          virtualLanes,
          () -> {
            for (int a = 0; a < acc.length; a++) {
              accumulate(reduction, acc[a], new VectorLanes(a * width).value(expression));
            }
          });
      Label rest = code.newLabel();
      for (int a = 0; a < acc.length - 1; a++) {
        code.iload(index).iload(N).loadConstant(width - 1).isub().if_icmpge(rest);
        accumulate(reduction, acc[a], new VectorLanes(0).value(expression));
        code.iinc(index, width);
      }
      code.labelBinding(rest);
      Label partial = code.newLabel();
      code.iload(index).iload(N).if_icmplt(partial);
      joinInRegisters(reduction, acc, result);
      code.goto_(end);
      code.labelBinding(partial);
    }
    lanesToMemory(reduction, acc, virtualLanes);
    whileMoreThan(1, () -> joinIntoLane(reduction, expression, virtualLanes));
    if (acc.length > 0) {
      lanesFromMemory(acc);
      joinInRegisters(reduction, acc, result); // not shared: vectors from two sides may stay boxed
    } else {
      joinInMemory(reduction, result);
    }
    code.labelBinding(end);
  }

  /**
   * acc = value joined with acc, in this order: before it has seen a method of vectors run, C2
   * knows the class of a value just computed, but not that of one that comes round the loop.
   */
  private void accumulate(Reduction reduction, int acc, int value) {
    code.aload(value).aload(acc);
    code.invokevirtual(vector, methodName(reduction), type(vector, VECTOR)).astore(acc);
  }

  /** Stores the virtual lanes: the accumulators, or the identity where there are none. */
  private void lanesToMemory(Reduction reduction, int[] acc, int virtualLanes) {
    for (int a = 0; a < acc.length; a++) {
      code.aload(acc[a]).getstatic(MEMORY, "ALL", SEGMENT);
      code.lload(LANES).loadConstant((long) a * width * bytes).ladd();
      nativeOrder();
      code.invokevirtual(vector, "intoMemorySegment", type(CD_void, SEGMENT, CD_long, BYTE_ORDER));
    }
    if (acc.length == 0) {
      int lane = code.allocateLocal(TypeKind.INT);
      code.iconst_0().istore(lane);
      Label head = code.newBoundLabel();
      code.getstatic(MEMORY, "ALL", SEGMENT).getstatic(LAYOUT, layoutName, layout);
      laneAddress(lane);
      loadConstant(reduction.identity());
      code.invokeinterface(SEGMENT, "set", type(CD_void, layout, CD_long, element));
      code.iinc(lane, 1).iload(lane).loadConstant(virtualLanes).if_icmplt(head);
    }
  }

  private void lanesFromMemory(int[] acc) {
    for (int a = 0; a < acc.length; a++) {
      code.getstatic(vector, speciesName, SPECIES).getstatic(MEMORY, "ALL", SEGMENT);
      code.lload(LANES).loadConstant((long) a * width * bytes).ladd();
      loadTop();
      code.astore(acc[a]);
    }
  }

  private void joinInMemory(Reduction reduction, int result) {
    code.getstatic(REDUCTION, reduction.name(), REDUCTION);
    code.getstatic(PRECISION, precision.name(), PRECISION).lload(LANES);
    code.invokevirtual(REDUCTION, "joinLanes", type(CD_double, PRECISION, CD_long));
    if (kind == TypeKind.FLOAT) {
      code.d2f();
    }
    code.storeLocal(kind, result);
  }

  /** Joins the accumulators: what {@link Reduction} does to the virtual lanes, in registers. */
  private void joinInRegisters(Reduction reduction, int[] acc, int result) {
    MethodTypeDesc join = type(vector, VECTOR);
    int joined = code.allocateLocal(TypeKind.REFERENCE);
    for (int half = acc.length / 2; half > 0; half /= 2) {
      for (int a = 0; a < half; a++) {
        code.aload(acc[a]).aload(acc[a + half]);
        code.invokevirtual(vector, methodName(reduction), join).astore(acc[a]);
      }
    }
    code.aload(acc[0]).astore(joined);
    for (int half = width / 2; half > 0; half /= 2) {
      code.aload(joined).aload(joined).loadConstant(lanesFrom(half));
      code.invokevirtual(vector, "rearrange", type(vector, SHUFFLE));
      code.invokevirtual(vector, methodName(reduction), join).astore(joined);
    }
    code.aload(joined).iconst_0().invokevirtual(vector, "lane", type(element, CD_int));
    code.storeLocal(kind, result);
  }

  /** A constant: the shuffle that moves lane {@code first} to the front. */
  private DynamicConstantDesc<?> lanesFrom(int first) {
    var species =
        DynamicConstantDesc.ofNamed(
            ConstantDescs.ofConstantBootstrap(
                desc(ConstantBootstraps.class), "getStaticFinal", CD_Object, CD_Class),
            speciesName,
            SPECIES,
            vector);
    var iota =
        MethodHandleDesc.ofMethod(
            DirectMethodHandleDesc.Kind.INTERFACE_VIRTUAL,
            SPECIES,
            "iotaShuffle",
            type(SHUFFLE, CD_int, CD_int, CD_boolean));
    return DynamicConstantDesc.ofNamed(
        ConstantDescs.BSM_INVOKE, "lanes", SHUFFLE, iota, species, first, 1, ConstantDescs.TRUE);
  }

  private void padding() {
    for (int i = 0; i < TOO_LARGE_TO_INLINE; i++) {
      code.nop();
    }
    code.goto_(code.newBoundLabel());
  }

  /** lanes[i mod virtualLanes] = reduction(lanes[i mod virtualLanes], expression of element i). */
  private void joinIntoLane(Reduction reduction, Expr expression, int virtualLanes) {
    int value = new ScalarLanes().value(expression);
    int lane = code.allocateLocal(TypeKind.INT);
    code.iload(index).loadConstant(virtualLanes - 1).iand().istore(lane);
    int address = code.allocateLocal(TypeKind.LONG);
    laneAddress(lane);
    code.lstore(address);
    code.getstatic(MEMORY, "ALL", SEGMENT).getstatic(LAYOUT, layoutName, layout).lload(address);
    code.getstatic(MEMORY, "ALL", SEGMENT).getstatic(LAYOUT, layoutName, layout).lload(address);
    code.invokeinterface(SEGMENT, "get", type(element, layout, CD_long));
    code.loadLocal(kind, value);
    if (reduction == Reduction.SUM) {
      add();
    } else {
      code.invokestatic(MATH, methodName(reduction), type(element, element, element));
    }
    code.invokeinterface(SEGMENT, "set", type(CD_void, layout, CD_long, element));
  }

  private void laneAddress(int lane) {
    code.lload(LANES).iload(lane).loadConstant(bytes).imul().i2l().ladd();
  }

  private static String methodName(Reduction reduction) {
    return switch (reduction) {
      case SUM -> "add";
      case MAX -> "max";
      case MIN -> "min";
    };
  }

  /** {@code for (; n - index >= step; index += step) body}. */
  private void whileMoreThan(int step, Runnable body) {
    Label head = code.newLabel();
    Label end = code.newLabel();
    code.labelBinding(head);
    code.iload(index).iload(N).loadConstant(step - 1).isub().if_icmpge(end);
    body.run();
    code.iinc(index, step).goto_(head);
    code.labelBinding(end);
  }

  // ---- before the loop ----

  private void loadParams() {
    for (int j = 0; j < params.length; j++) {
      code.aload(PARAMS).loadConstant(j).daload();
      if (kind == TypeKind.FLOAT) {
        code.d2f();
      }
      params[j] = code.allocateLocal(kind);
      code.storeLocal(kind, params[j]);
    }
  }

  /** {@code do body; while (--rows > 0)}, with the operands' locals set for each row. */
  private void forEachRow(int used, Runnable body) {
    loadParams();
    for (int k = 0; k < used; k++) {
      operands[k] = code.allocateLocal(TypeKind.LONG);
      code.aload(AT).loadConstant(k).laload();
      if (k >= inputs.length || !isBroadcast(k)) {
        code.lload(FROM).loadConstant((long) bytes).lmul().ladd();
      }
      code.lstore(operands[k]);
    }
    Label head = code.newBoundLabel();
    for (int k = 0; k < used; k++) {
      if (k >= inputs.length) {
        outputs[k - inputs.length] = rowAddress(operands[k]);
      } else if (isBroadcast(k)) {
        inputs[k] = rowElement(operands[k]);
      } else {
        inputs[k] = rowAddress(operands[k]);
      }
    }
    code.iconst_0().istore(index);
    body.run();
    Label end = code.newLabel();
    code.iinc(ROWS, -1).iload(ROWS).ifle(end);
    for (int k = 0; k < used; k++) {
      code.lload(operands[k]).aload(STEPS).loadConstant(k).laload().ladd().lstore(operands[k]);
    }
    code.goto_(head);
    code.labelBinding(end);
  }

  private int rowAddress(int operand) {
    int slot = code.allocateLocal(TypeKind.LONG);
    code.lload(operand).invokestatic(MEMORY, "at", type(CD_long, CD_long)).lstore(slot);
    return slot;
  }

  private int rowElement(int operand) {
    int slot = code.allocateLocal(kind);
    code.getstatic(MEMORY, "ALL", SEGMENT).getstatic(LAYOUT, layoutName, layout);
    code.lload(operand);
    code.invokeinterface(SEGMENT, "get", type(element, layout, CD_long)).storeLocal(kind, slot);
    return slot;
  }

  private boolean isBroadcast(int input) {
    return (broadcast >>> input & 1) != 0;
  }

  // ---- small pieces ----

  private void loadConstant(double value) {
    if (kind == TypeKind.FLOAT) {
      code.loadConstant((float) value);
    } else {
      code.loadConstant(value);
    }
  }

  /** scalar on the stack -> vector of it. */
  private void broadcastTop() {
    int slot = code.allocateLocal(kind);
    code.storeLocal(kind, slot);
    code.getstatic(vector, speciesName, SPECIES).loadLocal(kind, slot);
    code.invokestatic(vector, "broadcast", type(vector, SPECIES, element));
  }

  /** species, segment, address on the stack -> the vector there. */
  private void loadTop() {
    nativeOrder();
    code.invokestatic(
        vector, "fromMemorySegment", type(vector, SPECIES, SEGMENT, CD_long, BYTE_ORDER));
  }

  private void nativeOrder() {
    boolean little = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;
    code.getstatic(BYTE_ORDER, little ? "LITTLE_ENDIAN" : "BIG_ENDIAN", BYTE_ORDER);
  }

  private void add() {
    if (kind == TypeKind.FLOAT) {
      code.fadd();
    } else {
      code.dadd();
    }
  }

  private static MethodTypeDesc type(ClassDesc result, ClassDesc... args) {
    return MethodTypeDesc.of(result, args);
  }

  /** Emits expressions for one kind of lane: a scalar, or a vector of them. */
  private abstract class LaneCode {
    private final IdentityHashMap<Expr, Integer> done = new IdentityHashMap<>();
    final TypeKind slotKind;

    LaneCode(TypeKind slotKind) {
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
        case PARAM -> scalar(() -> code.loadLocal(kind, params[e.index()]));
        case CONSTANT -> scalar(() -> loadConstant(e.value()));
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
      if (isBroadcast(j)) {
        scalar(() -> code.loadLocal(kind, inputs[j]));
      } else {
        load(inputs[j]);
      }
    }

    /** base + (long) index * bytes (+ a constant). */
    final void elementAddress(int base, int lane) {
      code.lload(base).iload(index).i2l().loadConstant(Integer.numberOfTrailingZeros(bytes));
      code.lshl().ladd();
      if (lane > 0) {
        code.loadConstant((long) lane * bytes).ladd();
      }
    }

    abstract void scalar(Runnable pushScalar);

    abstract void load(int base);

    abstract void store(int value, int base);

    abstract void operate(Expr.Kind operation);

    abstract void choose(Expr.Kind comparison, int[] args);
  }

  private final class ScalarLanes extends LaneCode {
    ScalarLanes() {
      super(kind);
    }

    @Override
    void scalar(Runnable pushScalar) {
      pushScalar.run();
    }

    @Override
    void load(int base) {
      code.getstatic(MEMORY, "ALL", SEGMENT).getstatic(LAYOUT, layoutName, layout);
      elementAddress(base, 0);
      code.invokeinterface(SEGMENT, "get", type(element, layout, CD_long));
    }

    @Override
    void store(int value, int base) {
      code.getstatic(MEMORY, "ALL", SEGMENT).getstatic(LAYOUT, layoutName, layout);
      elementAddress(base, 0);
      code.loadLocal(kind, value);
      code.invokeinterface(SEGMENT, "set", type(CD_void, layout, CD_long, element));
    }

    @Override
    void operate(Expr.Kind operation) {
      boolean single = kind == TypeKind.FLOAT;
      switch (operation) {
        case NEG -> {
          if (single) {
            code.fneg();
          } else {
            code.dneg();
          }
        }
        case ADD -> add();
        case SUB -> {
          if (single) {
            code.fsub();
          } else {
            code.dsub();
          }
        }
        case MUL -> {
          if (single) {
            code.fmul();
          } else {
            code.dmul();
          }
        }
        case DIV -> {
          if (single) {
            code.fdiv();
          } else {
            code.ddiv();
          }
        }
        case SQRT -> {
          if (single) {
            code.f2d();
          }
          code.invokestatic(MATH, "sqrt", type(CD_double, CD_double));
          if (single) {
            code.d2f();
          }
        }
        case ABS -> code.invokestatic(MATH, "abs", type(element, element));
        case MIN -> code.invokestatic(MATH, "min", type(element, element, element));
        case MAX -> code.invokestatic(MATH, "max", type(element, element, element));
        case FMA -> code.invokestatic(MATH, "fma", type(element, element, element, element));
        case POW2 -> code.invokestatic(LANE_BITS, "pow2", type(element, element));
        case EXPONENT -> code.invokestatic(LANE_BITS, "exponent", type(element, element));
        case MANTISSA -> code.invokestatic(LANE_BITS, "mantissa", type(element, element));
        case COPY_SIGN -> code.invokestatic(LANE_BITS, "copySign", type(element, element, element));
        default -> throw new IllegalStateException(operation + " is no operation");
      }
    }

    @Override
    void choose(Expr.Kind comparison, int[] args) {
      Label otherwise = code.newLabel();
      Label end = code.newLabel();
      code.loadLocal(kind, args[0]).loadLocal(kind, args[1]);
      if (kind == TypeKind.FLOAT) {
        code.fcmpg();
      } else {
        code.dcmpg();
      }
      switch (comparison) {
        case IF_LT -> code.ifge(otherwise);
        case IF_LE -> code.ifgt(otherwise);
        default -> code.ifne(otherwise);
      }
      code.loadLocal(kind, args[2]).goto_(end);
      code.labelBinding(otherwise).loadLocal(kind, args[3]);
      code.labelBinding(end);
    }
  }

  private final class VectorLanes extends LaneCode {
    private final int lane;
    private final LaneBitsEmitter bits = new LaneBitsEmitter(code, kind == TypeKind.FLOAT);

    /** Lanes that start {@code lane} elements after the loop's index. */
    VectorLanes(int lane) {
      super(TypeKind.REFERENCE);
      this.lane = lane;
    }

    @Override
    void scalar(Runnable pushScalar) {
      code.getstatic(vector, speciesName, SPECIES);
      pushScalar.run();
      code.invokestatic(vector, "broadcast", type(vector, SPECIES, element));
    }

    @Override
    void load(int base) {
      code.getstatic(vector, speciesName, SPECIES).getstatic(MEMORY, "ALL", SEGMENT);
      elementAddress(base, lane);
      loadTop();
    }

    @Override
    void store(int value, int base) {
      code.aload(value).getstatic(MEMORY, "ALL", SEGMENT);
      elementAddress(base, lane);
      nativeOrder();
      code.invokevirtual(vector, "intoMemorySegment", type(CD_void, SEGMENT, CD_long, BYTE_ORDER));
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
      code.aload(args[0]).getstatic(OPERATORS, operator, COMPARISON).aload(args[1]);
      code.invokevirtual(vector, "compare", type(MASK, COMPARISON, VECTOR));
      code.invokevirtual(vector, "blend", type(vector, VECTOR, MASK));
    }
  }
}
