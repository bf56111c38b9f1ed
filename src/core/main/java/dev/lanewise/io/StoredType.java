package dev.lanewise.io;

import dev.lanewise.tensor.DType;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The element types of the safetensors format, in the format's own order, which its canonical
 * layout sorts by. Those without a {@link DType} can be listed but not loaded.
 */
enum StoredType {
  BOOL(8, DType.BOOL),
  F4(4, null),
  F6_E2M3(6, null),
  F6_E3M2(6, null),
  U8(8, DType.U8),
  I8(8, DType.I32),
  F8_E5M2(8, null),
  F8_E4M3(8, null),
  F8_E8M0(8, null),
  F8_E4M3FNUZ(8, null),
  F8_E5M2FNUZ(8, null),
  I16(16, DType.I32),
  U16(16, null),
  F16(16, DType.F16),
  BF16(16, DType.BF16),
  I32(32, DType.I32),
  U32(32, null),
  F32(32, DType.F32),
  C64(64, null),
  F64(64, DType.F64),
  I64(64, DType.I64),
  U64(64, null);

  private static final Map<String, StoredType> BY_NAME = new HashMap<>();

  static {
    for (StoredType type : values()) {
      BY_NAME.put(type.name(), type);
    }
  }

  /** The size of an element. */
  final int bits;

  /** What elements become in memory: the same type, or a wider one; null if not supported. */
  final @Nullable DType dtype;

  StoredType(int bits, @Nullable DType dtype) {
    this.bits = bits;
    this.dtype = dtype;
  }

  /** The type of a name in a header, or null. */
  static @Nullable StoredType named(String name) {
    return BY_NAME.get(name);
  }

  /** The type that stores a tensor's elements as they are. */
  static StoredType of(DType dtype) {
    return valueOf(dtype.name());
  }

  /** Whether elements change their type when loaded. */
  boolean widens() {
    return dtype != null && !dtype.name().equals(name());
  }

  /** All names, for messages. */
  static String names() {
    return Arrays.toString(values());
  }
}
