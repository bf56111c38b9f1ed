package dev.lanewise.io;

import dev.lanewise.tensor.DType;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The element types of NumPy that load: as they are, or as a wider type that holds every value. */
enum NpyType {
  F8(DType.F64, "f8", 8),
  F4(DType.F32, "f4", 4),
  F2(DType.F16, "f2", 2),
  I8(DType.I64, "i8", 8),
  I4(DType.I32, "i4", 4),
  I2(DType.I32, "i2", 2),
  I1(DType.I32, "i1", 1),
  U2(DType.I32, "u2", 2),
  U1(DType.U8, "u1", 1),
  B1(DType.BOOL, "b1", 1);

  /** What elements become in memory. */
  final DType dtype;

  /** Kind and size, as NumPy writes them after the byte order. */
  final String code;

  /** The size of an element in the file. */
  final int bytes;

  NpyType(DType dtype, String code, int bytes) {
    this.dtype = dtype;
    this.code = code;
    this.bytes = bytes;
  }

  /** The type of a code, or null. */
  static @Nullable NpyType named(String code) {
    return Arrays.stream(values()).filter(type -> type.code.equals(code)).findFirst().orElse(null);
  }

  /** The type that stores a tensor's elements as they are, or null: NumPy has no bfloat16. */
  static @Nullable NpyType of(DType dtype) {
    return Arrays.stream(values())
        .filter(type -> type.dtype == dtype && !type.widens())
        .findFirst()
        .orElse(null);
  }

  /** Whether elements change their type when loaded. */
  boolean widens() {
    return bytes != dtype.bytes();
  }

  /** What little-endian files call this type. */
  String descr() {
    return (bytes == 1 ? "|" : "<") + code;
  }

  /** All codes, for messages. */
  static String codes() {
    return Arrays.stream(values()).map(type -> type.code).collect(Collectors.joining(", "));
  }
}
