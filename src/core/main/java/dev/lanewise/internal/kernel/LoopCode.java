package dev.lanewise.internal.kernel;

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
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.Vector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * One method of a compiled loop while it is written: its types, its locals, and the pieces that
 * everything in it is made of. What a piece takes from the operand stack and leaves there is told
 * as {@code taken -> left}.
 */
final class LoopCode {

  static final ClassDesc VECTOR = desc(Vector.class);
  static final ClassDesc MASK = desc(VectorMask.class);
  private static final ClassDesc SPECIES = desc(VectorSpecies.class);
  private static final ClassDesc SHUFFLE = desc(VectorShuffle.class);
  private static final ClassDesc COMPARISON = desc(VectorOperators.Comparison.class);
  static final ClassDesc OPERATORS = desc(VectorOperators.class);
  private static final ClassDesc SEGMENT = desc(MemorySegment.class);
  private static final ClassDesc BYTE_ORDER = desc(ByteOrder.class);
  private static final ClassDesc LAYOUT = desc(ValueLayout.class);
  static final ClassDesc MEMORY = desc(Memory.class);

  /** Slot of the parameter {@code n}, elements of a row. */
  static final int N = 6;

  final CodeBuilder code;
  final Precision precision;
  final ClassDesc element;
  final TypeKind kind;
  final int bytes;
  final ClassDesc vector;

  /** Elements of a vector, 0 for a loop without vectors. */
  final int width;

  /** Whether what is left of a row is computed by masks, else one by one. */
  final boolean masks;

  /** The local with the loop's index in the row. */
  final int index;

  /**
   * Locals of the inputs: the row's address from {@link Memory#at}, or the row's element if
   * broadcast.
   */
  final int[] inputs;

  /** Locals of the scalar parameters. */
  final int[] params;

  private final long broadcast;
  private final String species;
  private final ClassDesc layout;
  private final String layoutName;

  LoopCode(CodeBuilder code, Precision precision, int bits, long broadcast, Expr... expressions) {
    this.code = code;
    this.precision = precision;
    this.broadcast = broadcast;
    boolean single = precision == Precision.F32;
    element = single ? CD_float : CD_double;
    kind = single ? TypeKind.FLOAT : TypeKind.DOUBLE;
    bytes = precision.bytes();
    vector = desc(single ? FloatVector.class : DoubleVector.class);
    layout = desc(single ? ValueLayout.OfFloat.class : ValueLayout.OfDouble.class);
    layoutName = single ? "JAVA_FLOAT_UNALIGNED" : "JAVA_DOUBLE_UNALIGNED";
    species = "SPECIES_" + bits;
    width = bits / Byte.SIZE / bytes;
    masks = Lanes.masks(bits);
    int inputCount = 0;
    int paramCount = 0;
    for (Expr e : expressions) {
      inputCount = Math.max(inputCount, e.inputs());
      paramCount = Math.max(paramCount, e.params());
    }
    inputs = new int[inputCount];
    params = new int[paramCount];
    index = code.allocateLocal(TypeKind.INT);
  }

  static ClassDesc desc(Class<?> type) {
    return type.describeConstable().orElseThrow();
  }

  static MethodTypeDesc type(ClassDesc result, ClassDesc... args) {
    return MethodTypeDesc.of(result, args);
  }

  boolean single() {
    return kind == TypeKind.FLOAT;
  }

  boolean isBroadcast(int input) {
    return (broadcast >>> input & 1) != 0;
  }

  // ---- flow ----

  /** {@code for (; index < n; index++) body}. */
  void left(Runnable body) {
    Label head = code.newBoundLabel();
    Label end = code.newLabel();
    code.iload(index).iload(N).if_icmpge(end);
    body.run();
    code.iinc(index, 1).goto_(head);
    code.labelBinding(end);
  }

  /**
   * {@code piece = 0; do { index = piece * step; body } while (++piece < n / step)}, for rows of at
   * least {@code step}, a power of two. The index ends behind the last piece.
   */
  void wholes(int step, Runnable body) {
    int shift = Integer.numberOfTrailingZeros(step);
    int pieces = code.allocateLocal(TypeKind.INT);
    code.iload(N).loadConstant(shift).iushr().istore(pieces);
    int piece = code.allocateLocal(TypeKind.INT);
    code.iconst_0().istore(piece);
    Label head = code.newBoundLabel();
    code.iload(piece).loadConstant(shift).ishl().istore(index);
    body.run();
    code.iinc(piece, 1).iload(piece).iload(pieces).if_icmplt(head);
    code.iload(pieces).loadConstant(shift).ishl().istore(index);
  }

  // ---- scalars ----

  /** -> the constant. */
  void constant(double value) {
    if (single()) {
      code.loadConstant((float) value);
    } else {
      code.loadConstant(value);
    }
  }

  /** double -> element. */
  void narrow() {
    if (single()) {
      code.d2f();
    }
  }

  /** element -> double. */
  void widen() {
    if (single()) {
      code.f2d();
    }
  }

  /** -> base + (index + lane) * bytes. */
  void elementAddress(int base, int lane) {
    code.lload(base).iload(index).i2l().loadConstant(Integer.numberOfTrailingZeros(bytes));
    code.lshl().ladd();
    if (lane > 0) {
      code.loadConstant((long) lane * bytes).ladd();
    }
  }

  /** -> the element at the address that {@code pushAddress} pushes. */
  void get(Runnable pushAddress) {
    memory().getstatic(LAYOUT, layoutName, layout);
    pushAddress.run();
    code.invokeinterface(SEGMENT, "get", type(element, layout, CD_long));
  }

  /** Stores the element that {@code pushValue} pushes. */
  void set(Runnable pushAddress, Runnable pushValue) {
    memory().getstatic(LAYOUT, layoutName, layout);
    pushAddress.run();
    pushValue.run();
    code.invokeinterface(SEGMENT, "set", type(CD_void, layout, CD_long, element));
  }

  private CodeBuilder memory() {
    return code.getstatic(MEMORY, "ALL", SEGMENT);
  }

  // ---- vectors ----

  /** -> a vector of the scalar that {@code pushScalar} pushes. */
  void broadcast(Runnable pushScalar) {
    code.getstatic(vector, species, SPECIES);
    pushScalar.run();
    code.invokestatic(vector, "broadcast", type(vector, SPECIES, element));
  }

  /** -> the vector at the address that {@code pushAddress} pushes. */
  void load(Runnable pushAddress) {
    code.getstatic(vector, species, SPECIES);
    memory();
    pushAddress.run();
    nativeOrder();
    code.invokestatic(
        vector, "fromMemorySegment", type(vector, SPECIES, SEGMENT, CD_long, BYTE_ORDER));
  }

  /** As {@link #load(Runnable)} of the lanes in the mask in local {@code mask}. */
  void load(Runnable pushAddress, int mask) {
    code.getstatic(vector, species, SPECIES);
    memory();
    pushAddress.run();
    nativeOrder();
    code.aload(mask);
    code.invokestatic(
        vector, "fromMemorySegment", type(vector, SPECIES, SEGMENT, CD_long, BYTE_ORDER, MASK));
  }

  /** vector -> ; stores it. */
  void store(Runnable pushAddress) {
    memory();
    pushAddress.run();
    nativeOrder();
    code.invokevirtual(vector, "intoMemorySegment", type(CD_void, SEGMENT, CD_long, BYTE_ORDER));
  }

  /** As {@link #store(Runnable)} of the lanes in the mask in local {@code mask}. */
  void store(Runnable pushAddress, int mask) {
    memory();
    pushAddress.run();
    nativeOrder();
    code.aload(mask);
    code.invokevirtual(
        vector, "intoMemorySegment", type(CD_void, SEGMENT, CD_long, BYTE_ORDER, MASK));
  }

  private void nativeOrder() {
    boolean little = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;
    code.getstatic(BYTE_ORDER, little ? "LITTLE_ENDIAN" : "BIG_ENDIAN", BYTE_ORDER);
  }

  /** -> the mask of the lanes in which local {@code a} compares to local {@code b}. */
  void compare(int a, String operator, int b) {
    code.aload(a).getstatic(OPERATORS, operator, COMPARISON).aload(b);
    code.invokevirtual(vector, "compare", type(MASK, COMPARISON, VECTOR));
  }

  /** A local with the mask of the lanes j with {@code index + first + j < n}. */
  int lanesLeft(int first) {
    code.getstatic(vector, species, SPECIES);
    code.invokestatic(vector, "zero", type(vector, SPECIES));
    code.iconst_1().invokevirtual(vector, "addIndex", type(vector, CD_int));
    code.getstatic(OPERATORS, "LT", COMPARISON);
    code.iload(N).iload(index).isub().loadConstant(first).isub();
    if (single()) {
      code.i2f();
    } else {
      code.i2d();
    }
    code.invokevirtual(vector, "compare", type(MASK, COMPARISON, element));
    int mask = code.allocateLocal(TypeKind.REFERENCE);
    code.astore(mask);
    return mask;
  }

  /** vector of class {@code lanes} -> the same with lane {@code first} moved to the front. */
  void rotate(ClassDesc lanes, int first) {
    code.loadConstant(lanesFrom(lanes, first));
    code.invokevirtual(lanes, "rearrange", type(lanes, SHUFFLE));
  }

  /** A constant of the class: the shuffle that moves lane {@code first} to the front. */
  private DynamicConstantDesc<?> lanesFrom(ClassDesc lanes, int first) {
    var speciesOfLanes =
        DynamicConstantDesc.ofNamed(
            ConstantDescs.ofConstantBootstrap(
                desc(ConstantBootstraps.class),
                "getStaticFinal",
                ConstantDescs.CD_Object,
                ConstantDescs.CD_Class),
            species,
            SPECIES,
            lanes);
    var iota =
        MethodHandleDesc.ofMethod(
            DirectMethodHandleDesc.Kind.INTERFACE_VIRTUAL,
            SPECIES,
            "iotaShuffle",
            type(SHUFFLE, CD_int, CD_int, CD_boolean));
    return DynamicConstantDesc.ofNamed(
        ConstantDescs.BSM_INVOKE,
        "lanes",
        SHUFFLE,
        iota,
        speciesOfLanes,
        first,
        1,
        ConstantDescs.TRUE);
  }
}
