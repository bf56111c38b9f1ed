package dev.lanewise.io;

import dev.lanewise.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The canonical layout of a safetensors file: which tensors in which order, and the header. */
final class SafeTensorsWriter {
  private static final int ALIGNMENT = 8;

  private final List<Map.Entry<String, Tensor>> order;
  private final Map<String, String> metadata;

  SafeTensorsWriter(Map<String, Tensor> tensors, Map<String, String> metadata) {
    tensors.keySet().forEach(SafeTensorsWriter::checkName);
    this.metadata = new TreeMap<>(metadata);
    this.order = new ArrayList<>(tensors.entrySet());
    // Widest first, so that each tensor is aligned; then by the bytes of the name.
    order.sort(
        Comparator.<Map.Entry<String, Tensor>, StoredType>comparing(
                e -> StoredType.of(e.getValue().dtype()))
            .reversed()
            .thenComparing(
                e -> e.getKey().getBytes(StandardCharsets.UTF_8), Arrays::compareUnsigned));
  }

  private static void checkName(String name) {
    boolean encodable = StandardCharsets.UTF_8.newEncoder().canEncode(name);
    if (name.equals(SafeTensorsHeader.METADATA) || name.indexOf('\0') >= 0 || !encodable) {
      throw new IllegalArgumentException(
          "safetensors does not allow the tensor name " + FormatException.quote(name));
    }
  }

  /** The tensors in the order in which their data follow the header. */
  List<Tensor> tensors() {
    return order.stream().map(Map.Entry::getValue).toList();
  }

  /** The length of the header and the header, padded so that the data are aligned. */
  ByteBuffer header() {
    JsonWriter json = new JsonWriter().raw("{");
    String comma = "";
    if (!metadata.isEmpty()) {
      json.string(SafeTensorsHeader.METADATA).raw(":").strings(metadata);
      comma = ",";
    }
    long at = 0;
    for (Map.Entry<String, Tensor> named : order) {
      Tensor tensor = named.getValue();
      long end = at + tensor.size() * tensor.dtype().bytes();
      json.raw(comma).string(named.getKey());
      json.raw(":{\"dtype\":").string(StoredType.of(tensor.dtype()).name());
      json.raw(",\"shape\":").numbers(tensor.shape().dims());
      json.raw(",\"data_offsets\":").numbers(at, end).raw("}");
      at = end;
      comma = ",";
    }
    byte[] text = json.raw("}").toString().getBytes(StandardCharsets.UTF_8);
    int padded = Math.ceilDiv(text.length, ALIGNMENT) * ALIGNMENT;
    if (padded > SafeTensorsHeader.MAX_BYTES) {
      throw new IllegalArgumentException(
          "the safetensors header would take "
              + padded
              + " bytes, more than the allowed "
              + SafeTensorsHeader.MAX_BYTES);
    }
    ByteBuffer header =
        ByteBuffer.allocate(SafeTensorsHeader.PREFIX_BYTES + padded).order(ByteOrder.LITTLE_ENDIAN);
    header.putLong(padded).put(text);
    while (header.hasRemaining()) {
      header.put((byte) ' ');
    }
    return header.flip();
  }
}
