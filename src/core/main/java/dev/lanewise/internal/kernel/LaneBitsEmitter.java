package dev.lanewise.internal.kernel;

import static dev.lanewise.internal.kernel.LoopCode.OPERATORS;
import static dev.lanewise.internal.kernel.LoopCode.VECTOR;
import static dev.lanewise.internal.kernel.LoopCode.desc;
import static java.lang.constant.ConstantDescs.CD_double;
import static java.lang.constant.ConstantDescs.CD_float;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;

import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Writes the steps of {@link LaneBits}, and numbers as integers of the same order, for vectors on
 * the operand stack. They are written out because C2 stops inlining methods of ours in a long
 * expression (NodeCountInliningCutoff), which would box their vectors, while those of the Vector
 * API are always inlined.
 */
final class LaneBitsEmitter {

  private static final ClassDesc BINARY = desc(VectorOperators.Binary.class);
  private static final ClassDesc ASSOCIATIVE = desc(VectorOperators.Associative.class);

  private final CodeBuilder code;
  private final boolean single;
  private final ClassDesc number;
  private final ClassDesc word;
  private final ClassDesc numbers;
  private final ClassDesc words;

  /**
   * Writes for one precision.
   *
   * @param single binary32, else binary64
   */
  LaneBitsEmitter(CodeBuilder code, boolean single) {
    this.code = code;
    this.single = single;
    number = single ? CD_float : CD_double;
    word = single ? CD_int : CD_long;
    numbers = desc(single ? FloatVector.class : DoubleVector.class);
    words = desc(single ? IntVector.class : LongVector.class);
  }

  /** x: 2^x. */
  void pow2() {
    withNumber("add", LaneBits.POW2_MAGIC_F32, LaneBits.POW2_MAGIC_F64);
    toWords();
    shiftByMantissa("LSHL");
    toNumbers();
  }

  /** x: floor(log2 x). */
  void exponent() {
    toWords();
    shiftByMantissa("LSHR");
    withWord("or", LaneBits.INTEGER_F32, LaneBits.INTEGER_F64);
    toNumbers();
    withNumber("sub", LaneBits.EXPONENT_MAGIC_F32, LaneBits.EXPONENT_MAGIC_F64);
  }

  /** x: x / 2^floor(log2 x). */
  void mantissa() {
    toWords();
    withWord("and", LaneBits.MANTISSA_MASK_F32, LaneBits.MANTISSA_MASK_F64);
    withWord("or", LaneBits.ONE_F32, LaneBits.ONE_F64);
    toNumbers();
  }

  /** magnitude, sign: the magnitude with the sign bit of the sign. */
  void copySign() {
    toWords();
    withWord("and", Integer.MIN_VALUE, Long.MIN_VALUE);
    code.swap();
    toWords();
    withWord("and", Integer.MAX_VALUE, Long.MAX_VALUE);
    code.invokevirtual(words, "or", MethodTypeDesc.of(words, VECTOR));
    toNumbers();
  }

  /**
   * x: the integer that is its place among the numbers: as signed integers they are ordered as the
   * numbers are, -0 before +0, NaN beyond the infinity of its sign.
   */
  void ordered() {
    toWords();
    turnNegative();
  }

  /** An integer of {@link #ordered}: the number. */
  void fromOrdered() {
    turnNegative();
    toNumbers();
  }

  /** The class of a vector of integers. */
  ClassDesc words() {
    return words;
  }

  /** Inverts all bits but the sign where that is set; done twice, it changes nothing. */
  private void turnNegative() {
    code.dup();
    shift("ASHR", single ? Integer.SIZE - 1 : Long.SIZE - 1);
    withWord("and", Integer.MAX_VALUE, Long.MAX_VALUE);
    code.getstatic(OPERATORS, "XOR", ASSOCIATIVE).swap();
    code.invokevirtual(words, "lanewise", MethodTypeDesc.of(words, BINARY, VECTOR));
  }

  private void toWords() {
    String method = single ? "reinterpretAsInts" : "reinterpretAsLongs";
    code.invokevirtual(numbers, method, MethodTypeDesc.of(words));
  }

  private void toNumbers() {
    String method = single ? "reinterpretAsFloats" : "reinterpretAsDoubles";
    code.invokevirtual(words, method, MethodTypeDesc.of(numbers));
  }

  private void shiftByMantissa(String direction) {
    shift(direction, single ? LaneBits.MANTISSA_BITS_F32 : LaneBits.MANTISSA_BITS_F64);
  }

  private void shift(String direction, int by) {
    code.getstatic(OPERATORS, direction, BINARY);
    pushWord(by, by);
    code.invokevirtual(words, "lanewise", MethodTypeDesc.of(words, BINARY, word));
  }

  private void withWord(String method, int f32, long f64) {
    pushWord(f32, f64);
    code.invokevirtual(words, method, MethodTypeDesc.of(words, word));
  }

  private void pushWord(int f32, long f64) {
    if (single) {
      code.loadConstant(f32);
    } else {
      code.loadConstant(f64);
    }
  }

  private void withNumber(String method, float f32, double f64) {
    if (single) {
      code.loadConstant(f32);
    } else {
      code.loadConstant(f64);
    }
    code.invokevirtual(numbers, method, MethodTypeDesc.of(numbers, number));
  }
}
