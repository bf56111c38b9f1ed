package dev.lanewise.cli.verify;

import dev.lanewise.tensor.DType;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A value that two runs do not have in common.
 *
 * @param where step and name of the value, for a tensor with the index of the element
 * @param first the value of the record, or of the first run: decimal and, for numbers, their bits
 * @param second the value found here, or of the second run
 */
public record Difference(String where, String first, String second) {

  /**
   * The first difference between two lines of metrics, or null. Keys that only one of them has are
   * passed over, so that versions of this program that record more or less can be compared.
   *
   * @param where what the lines are of
   */
  static @Nullable Difference ofLines(String where, JsonNode first, JsonNode second) {
    for (String key : first.propertyNames()) {
      JsonNode x = first.path(key);
      JsonNode y = second.path(key);
      boolean same =
          x.isNumber() && y.isNumber()
              ? Double.doubleToLongBits(x.asDouble()) == Double.doubleToLongBits(y.asDouble())
              : y.isMissingNode() || x.equals(y);
      if (!same) {
        return new Difference(where + ", " + key, text(x), text(y));
      }
    }
    return null;
  }

  private static String text(JsonNode value) {
    return value.isFloatingPointNumber()
        ? "%s (0x%016x)".formatted(value.asDouble(), Double.doubleToLongBits(value.asDouble()))
        : value.asString();
  }

  /**
   * The first difference between tensors of the same names, or null.
   *
   * @param when what comes before the tensor's name, such as the step
   */
  static @Nullable Difference ofTensors(
      String when, Map<String, Tensor> first, Map<String, Tensor> second) {
    if (!first.keySet().equals(second.keySet())) {
      return new Difference(
          when + ", names of tensors", first.keySet().toString(), second.keySet().toString());
    }
    for (Map.Entry<String, Tensor> entry : first.entrySet()) {
      Tensor other = Objects.requireNonNull(second.get(entry.getKey()));
      Difference found = ofTensors(when + ", " + entry.getKey(), entry.getValue(), other);
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  private static @Nullable Difference ofTensors(String where, Tensor x, Tensor y) {
    String first = x.dtype() + " " + x.shape();
    String second = y.dtype() + " " + y.shape();
    if (!first.equals(second)) {
      return new Difference(where, first, second);
    }
    long offset = x.segment().mismatch(y.segment());
    if (offset < 0) {
      return null;
    }
    long element = offset / x.dtype().bytes();
    return new Difference(where + index(x.shape(), element), text(x, element), text(y, element));
  }

  /** The index of an element along each axis. */
  private static List<Long> index(Shape shape, long element) {
    List<Long> index = new ArrayList<>();
    long rest = element;
    for (int axis = shape.rank() - 1; axis >= 0; axis--) {
      index.addFirst(rest % shape.dim(axis));
      rest /= shape.dim(axis);
    }
    return index;
  }

  private static String text(Tensor tensor, long element) {
    MemorySegment bytes = tensor.segment();
    if (tensor.dtype() == DType.F32) {
      float value = bytes.getAtIndex(ValueLayout.JAVA_FLOAT, element);
      return String.format(Locale.ROOT, "%s (0x%08x)", value, Float.floatToRawIntBits(value));
    }
    if (tensor.dtype() == DType.F64) {
      double value = bytes.getAtIndex(ValueLayout.JAVA_DOUBLE, element);
      return String.format(Locale.ROOT, "%s (0x%016x)", value, Double.doubleToRawLongBits(value));
    }
    StringBuilder hex = new StringBuilder();
    int size = tensor.dtype().bytes();
    for (int i = size - 1; i >= 0; i--) {
      hex.append("%02x".formatted(bytes.get(ValueLayout.JAVA_BYTE, element * size + i)));
    }
    return "0x" + hex;
  }
}
