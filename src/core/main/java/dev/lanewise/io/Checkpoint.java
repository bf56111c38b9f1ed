package dev.lanewise.io;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.lanewise.tensor.LanewiseException;
import dev.lanewise.tensor.Scope;
import dev.lanewise.tensor.Tensor;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/**
 * The state of a run in one file: a plain safetensors file that any tool can read, whose metadata
 * adds a format name, a CRC32C for each tensor, and one over the rest of the metadata. It is
 * written atomically and loads whole or not at all.
 *
 * @param tensors by name
 * @param state everything else, as text
 */
public record Checkpoint(Map<String, Tensor> tensors, Map<String, String> state) {
  private static final String FORMAT = "lanewise-checkpoint-v1";
  private static final String FORMAT_KEY = "format";
  private static final String STATE_PREFIX = "state.";
  private static final String CRC_PREFIX = "crc32c.";
  private static final String METADATA_CRC = "crc32c";
  private static final int PIECE_BYTES = 1 << 24;

  /**
   * Writes or replaces {@code file}.
   *
   * @param file where to
   * @throws UncheckedIOException if that fails; an old file is then as it was
   */
  public void write(Path file) {
    Map<String, String> metadata = new TreeMap<>();
    metadata.put(FORMAT_KEY, FORMAT);
    state.forEach((key, value) -> metadata.put(STATE_PREFIX + key, value));
    tensors.forEach((name, tensor) -> metadata.put(CRC_PREFIX + name, crc(tensor)));
    metadata.put(METADATA_CRC, crc(metadata));
    SafeTensors.write(file, tensors, metadata);
  }

  /**
   * Reads a checkpoint and verifies every byte of it.
   *
   * @param file what {@link #write} wrote
   * @param scope owner of the tensors
   * @return the checkpoint; its tensors live as long as {@code scope} keeps them
   * @throws CorruptCheckpointException if it is damaged, cut short or something else
   * @throws UncheckedIOException if it cannot be read
   * @throws dev.lanewise.tensor.OffHeapBudgetException if the budget does not allow the tensors
   */
  public static Checkpoint read(Path file, Scope scope) {
    try (SafeTensors content = SafeTensors.open(file)) {
      Map<String, String> metadata = new TreeMap<>(content.metadata());
      if (!FORMAT.equals(metadata.get(FORMAT_KEY))) {
        throw new CorruptCheckpointException(
            file, "found format %s, expected %s".formatted(metadata.get(FORMAT_KEY), FORMAT));
      }
      String sum = metadata.remove(METADATA_CRC);
      if (!crc(metadata).equals(sum)) {
        throw new CorruptCheckpointException(file, "the metadata does not match its checksum");
      }
      Map<String, Tensor> tensors = content.readAll(scope);
      tensors.forEach(
          (name, tensor) -> {
            if (!crc(tensor).equals(metadata.remove(CRC_PREFIX + name))) {
              throw new CorruptCheckpointException(
                  file, "the tensor " + name + " does not match its checksum");
            }
          });
      Map<String, String> state = new LinkedHashMap<>();
      metadata.forEach(
          (key, value) -> {
            if (key.startsWith(STATE_PREFIX)) {
              state.put(key.substring(STATE_PREFIX.length()), value);
            } else if (key.startsWith(CRC_PREFIX)) {
              throw new CorruptCheckpointException(
                  file, "the tensor " + key.substring(CRC_PREFIX.length()) + " is missing");
            }
          });
      return new Checkpoint(tensors, state);
    } catch (FormatException e) {
      throw new CorruptCheckpointException(
          file, "found %s, expected %s".formatted(e.found(), e.expected()), e);
    }
  }

  /**
   * {@return a value of the state}
   *
   * @param key its name
   * @throws LanewiseException if there is none of that name
   */
  public String require(String key) {
    String value = state.get(key);
    if (value == null) {
      throw new LanewiseException("The checkpoint lacks the value " + key + ".");
    }
    return value;
  }

  private static String crc(Tensor tensor) {
    CRC32C crc = new CRC32C();
    MemorySegment bytes = tensor.segment();
    for (long at = 0; at < bytes.byteSize(); at += PIECE_BYTES) {
      long length = Math.min(PIECE_BYTES, bytes.byteSize() - at);
      crc.update(bytes.asSlice(at, length).asByteBuffer());
    }
    return Long.toHexString(crc.getValue());
  }

  private static String crc(Map<String, String> metadata) {
    CRC32C crc = new CRC32C();
    metadata.forEach(
        (key, value) -> {
          crc.update((key + '\0' + value + '\0').getBytes(UTF_8));
        });
    return Long.toHexString(crc.getValue());
  }
}
