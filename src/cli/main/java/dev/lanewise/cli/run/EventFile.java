package dev.lanewise.cli.run;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.zip.CRC32C;

/**
 * The scalars of a run for TensorBoard: {@code events.out.tfevents.*}.
 *
 * <p>The file is a sequence of TFRecords: length (8 bytes), masked CRC-32C of the length (4), data,
 * masked CRC-32C of the data (4), all little-endian. The data are {@code tensorflow.Event} messages
 * of protocol buffers (tensorflow/core/util/event.proto, framework/summary.proto).
 */
final class EventFile implements AutoCloseable {
  private static final int CRC_MASK = 0xa282ead8;

  // Event
  private static final int WALL_TIME = 1;
  private static final int STEP = 2;
  private static final int FILE_VERSION = 3;
  private static final int SUMMARY = 5;
  // Summary
  private static final int VALUE = 1;
  // Summary.Value
  private static final int TAG = 1;
  private static final int SIMPLE_VALUE = 2;

  private final GrowingFile file;
  private final LongSupplier clock;

  /**
   * Opens a file to write at its end, or makes it.
   *
   * @param clock the time in milliseconds since 1970
   */
  EventFile(Path file, LongSupplier clock) {
    this.file = new GrowingFile(file);
    this.clock = clock;
  }

  /** Begins the file anew. */
  void begin() {
    file.truncate(0);
    write(event().string(FILE_VERSION, "brain.Event:2"));
  }

  /** Writes values by their tags, as they were when {@code step} steps were done. */
  void scalars(long step, Map<String, Double> values) {
    ProtoMessage summary = new ProtoMessage();
    values.forEach(
        (tag, value) ->
            summary.message(
                VALUE,
                new ProtoMessage().string(TAG, tag).number(SIMPLE_VALUE, value.floatValue())));
    write(event().integer(STEP, step).message(SUMMARY, summary));
  }

  private ProtoMessage event() {
    return new ProtoMessage().number(WALL_TIME, clock.getAsLong() * 1e-3);
  }

  private void write(ProtoMessage event) {
    byte[] data = event.toBytes();
    ByteBuffer length = ProtoMessage.littleEndian(Long.BYTES).putLong(data.length).flip();
    ByteBuffer record =
        ProtoMessage.littleEndian(Long.BYTES + Integer.BYTES + data.length + Integer.BYTES)
            .put(length.duplicate())
            .putInt(maskedCrc(length))
            .put(data)
            .putInt(maskedCrc(ByteBuffer.wrap(data)));
    file.write(record.flip());
  }

  /** A CRC of data that hold CRCs themselves would be weak; the mask prevents that. */
  private static int maskedCrc(ByteBuffer bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    return Integer.rotateRight((int) crc.getValue(), 15) + CRC_MASK;
  }

  /** The size in bytes, all of which are on the disk. */
  long forcedSize() {
    return file.forcedSize();
  }

  /** Forgets what comes after {@code size} bytes, or begins anew if so much was never there. */
  void goOn(long size) {
    if (size == 0 || file.size() < size) {
      begin();
    } else {
      file.truncate(size);
    }
  }

  @Override
  public void close() {
    file.close();
  }
}
