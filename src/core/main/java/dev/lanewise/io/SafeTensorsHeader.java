package dev.lanewise.io;

import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.ShapeException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The header of a safetensors file, parsed and checked in full.
 *
 * @param metadata the free text under {@code __metadata__}
 * @param entries the tensors by name, in the order of their data
 */
record SafeTensorsHeader(Map<String, String> metadata, Map<String, Entry> entries) {
  static final String METADATA = "__metadata__";

  /** Bytes before the header: its length. */
  static final int PREFIX_BYTES = Long.BYTES;

  /** The longest header that the format allows. */
  static final long MAX_BYTES = 100_000_000;

  private static final int MAX_RANK = 64;

  /** One tensor; its bytes are {@code begin} to {@code end} of the data that follow the header. */
  record Entry(StoredType type, Shape shape, long begin, long end) {}

  /**
   * Parses a header.
   *
   * @param json its bytes
   * @param file the file's name, for messages
   * @param dataBytes how many bytes follow the header in the file
   * @throws FormatException if the header breaks a rule of the format
   */
  static SafeTensorsHeader parse(byte[] json, String file, long dataBytes) {
    return new Parser(json, file).parse(dataBytes);
  }

  /** The parser: one method for each level of the header. */
  private static final class Parser {
    private final String file;
    private final long dataStart;
    private final JsonReader json;
    private Map<String, String> metadata = Map.of();
    private boolean hasMetadata;
    private final Map<String, Entry> entries = new LinkedHashMap<>();

    Parser(byte[] text, String file) {
      this.file = file;
      this.dataStart = PREFIX_BYTES + (long) text.length;
      this.json = new JsonReader(text, file, PREFIX_BYTES);
      if (text[0] != '{') {
        throw new FormatException(
            file,
            PREFIX_BYTES,
            String.format("byte 0x%02x", text[0] & 0xFF),
            "'{', the start of a safetensors header");
      }
    }

    SafeTensorsHeader parse(long dataBytes) {
      for (boolean more = json.enter('{', '}'); more; more = json.next('}')) {
        long at = json.offset();
        String name = json.key();
        if (name.equals(METADATA)) {
          if (hasMetadata) {
            throw refuse(at, "a second " + METADATA, "one");
          }
          hasMetadata = true;
          metadata = metadata();
        } else {
          if (name.indexOf('\0') >= 0) {
            throw refuse(at, "a tensor name with a NUL", "one without");
          }
          Entry entry = entry(name, at);
          if (entries.putIfAbsent(name, entry) != null) {
            throw refuse(at, "a second tensor " + FormatException.quote(name), "each name once");
          }
        }
      }
      json.end();
      return new SafeTensorsHeader(
          Collections.unmodifiableMap(metadata), Collections.unmodifiableMap(inOrder(dataBytes)));
    }

    private Map<String, String> metadata() {
      Map<String, String> texts = new LinkedHashMap<>();
      for (boolean more = json.enter('{', '}'); more; more = json.next('}')) {
        long at = json.offset();
        String key = json.key();
        String previous = texts.putIfAbsent(key, json.string());
        if (previous != null) {
          throw refuse(at, "a second " + FormatException.quote(key), "each key once");
        }
      }
      return texts;
    }

    private Entry entry(String name, long at) {
      @Nullable StoredType type = null;
      @Nullable Shape shape = null;
      long @Nullable [] range = null;
      for (boolean more = json.enter('{', '}'); more; more = json.next('}')) {
        long keyAt = json.offset();
        String key = json.key();
        boolean repeated = false;
        switch (key) {
          case "dtype" -> {
            repeated = type != null;
            type = type();
          }
          case "shape" -> {
            repeated = shape != null;
            shape = shape();
          }
          case "data_offsets" -> {
            repeated = range != null;
            range = range();
          }
          // Later versions of the format may say more about a tensor.
          default -> json.skip();
        }
        if (repeated) {
          throw refuse(keyAt, "a second " + key, "each key once");
        }
      }
      if (type == null || shape == null || range == null) {
        throw new FormatException(
            file,
            at,
            "tensor " + FormatException.quote(name) + " without all of its description",
            "dtype, shape and data_offsets");
      }
      checkSize(name, at, type, shape, range[1] - range[0]);
      return new Entry(type, shape, range[0], range[1]);
    }

    private StoredType type() {
      long at = json.offset();
      String name = json.string();
      StoredType type = StoredType.named(name);
      if (type == null) {
        throw new FormatException(
            file, at, "dtype " + FormatException.quote(name), "one of " + StoredType.names());
      }
      return type;
    }

    private Shape shape() {
      long at = json.offset();
      long[] dims = new long[4];
      int rank = 0;
      for (boolean more = json.enter('[', ']'); more; more = json.next(']')) {
        if (rank == MAX_RANK) {
          throw refuse(at, "a shape of more than " + MAX_RANK + " axes", "fewer");
        }
        if (rank == dims.length) {
          dims = Arrays.copyOf(dims, 2 * rank);
        }
        dims[rank++] = json.natural();
      }
      try {
        return Shape.of(Arrays.copyOf(dims, rank));
      } catch (ShapeException e) {
        FormatException overflow =
            new FormatException(
                file, at, String.valueOf(e.getMessage()), "a shape that fits in memory");
        overflow.initCause(e);
        throw overflow;
      }
    }

    private long[] range() {
      long at = json.offset();
      long[] range = new long[2];
      int count = 0;
      for (boolean more = json.enter('[', ']'); more; more = json.next(']')) {
        if (count == 2) {
          throw refuse(at, "more than two data_offsets", "begin and end");
        }
        range[count++] = json.natural();
      }
      if (count < 2) {
        throw refuse(at, count + " data_offsets", "begin and end");
      }
      if (range[0] > range[1]) {
        throw refuse(at, "data that end before they begin", "begin <= end");
      }
      return range;
    }

    private void checkSize(String name, long at, StoredType type, Shape shape, long bytes) {
      long size = shape.size();
      boolean fits = Math.multiplyHigh(size, type.bits) == 0 && size * type.bits >= 0;
      boolean whole = fits && size * type.bits % 8 == 0;
      if (!whole || size * type.bits / 8 != bytes) {
        throw refuse(
            at,
            bytes + " bytes of data for tensor " + FormatException.quote(name),
            type + " x " + shape + (whole ? " = " + size * type.bits / 8 + " bytes" : ""));
      }
    }

    /** Demands that the data of all tensors follow each other and fill the file. */
    private Map<String, Entry> inOrder(long dataBytes) {
      List<Map.Entry<String, Entry>> order = new ArrayList<>(entries.entrySet());
      order.sort(
          Comparator.<Map.Entry<String, Entry>>comparingLong(e -> e.getValue().begin())
              .thenComparingLong(e -> e.getValue().end()));
      Map<String, Entry> sorted = new LinkedHashMap<>();
      long end = 0;
      for (Map.Entry<String, Entry> next : order) {
        Entry entry = next.getValue();
        if (entry.begin() != end) {
          throw refuse(
              dataStart + Math.min(end, dataBytes),
              "data of tensor " + FormatException.quote(next.getKey()) + " at " + entry.begin(),
              "them at " + end + ", where the data before them end");
        }
        end = entry.end();
        sorted.put(next.getKey(), entry);
      }
      if (end != dataBytes) {
        throw new FormatException(
            file,
            dataStart + Math.min(end, dataBytes),
            dataBytes + " bytes of data",
            end + " as the header says",
            end > dataBytes ? "the file was cut short" : "something was appended to the file");
      }
      return sorted;
    }

    private FormatException refuse(long at, String found, String expected) {
      return new FormatException(file, at, found, expected);
    }
  }
}
