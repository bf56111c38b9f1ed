package dev.lanewise.io;

import dev.lanewise.tensor.DType;
import dev.lanewise.tensor.Scope;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import dev.lanewise.tensor.TensorStore;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A safetensors file: named tensors and free text. Opening reads and checks the header; tensors are
 * then copied into memory of the caller's, one by one or all together, or {@linkplain #map mapped}.
 *
 * <p>F64, F32, F16, BF16, I64, I32, U8 and BOOL load as they are, I16 and I8 as I32. Files with
 * other types can be listed, but those tensors cannot be loaded.
 *
 * <p>Instances may be used by several threads.
 *
 * @see <a href="https://github.com/huggingface/safetensors#format">the format</a>
 */
public final class SafeTensors implements AutoCloseable {
  private static final int STAGING_BYTES = 1 << 16;

  private final Path file;
  private final FileChannel channel;
  private final SafeTensorsHeader header;
  private final long dataStart;
  private @Nullable Arena mapping;
  private @Nullable MemorySegment mapped;

  private SafeTensors(Path file, FileChannel channel) throws IOException {
    this.file = file;
    this.channel = channel;
    long length = channel.size();
    if (length < SafeTensorsHeader.PREFIX_BYTES) {
      throw new FormatException(
          file.toString(),
          length,
          "the end of the file",
          "a safetensors file, which begins with the length of its header in 8 bytes");
    }
    ByteBuffer prefix =
        ByteBuffer.allocate(SafeTensorsHeader.PREFIX_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    readFully(prefix, 0);
    long headerBytes = prefix.getLong(0);
    checkHeaderLength(headerBytes, length - SafeTensorsHeader.PREFIX_BYTES);
    byte[] json = new byte[(int) headerBytes];
    readFully(ByteBuffer.wrap(json), SafeTensorsHeader.PREFIX_BYTES);
    this.dataStart = SafeTensorsHeader.PREFIX_BYTES + headerBytes;
    this.header = SafeTensorsHeader.parse(json, file.toString(), length - dataStart);
  }

  private void checkHeaderLength(long bytes, long available) {
    if (bytes < 2 || bytes > SafeTensorsHeader.MAX_BYTES) {
      throw new FormatException(
          file.toString(),
          0,
          "a header of " + Long.toUnsignedString(bytes) + " bytes",
          "2 to " + SafeTensorsHeader.MAX_BYTES,
          "this may not be a safetensors file");
    }
    if (bytes > available) {
      throw new FormatException(
          file.toString(),
          0,
          "a header of " + bytes + " bytes, but " + available + " after it",
          "the whole header",
          "the file was cut short, or is no safetensors file");
    }
  }

  /**
   * Opens a file and checks its header in full.
   *
   * @param file the file
   * @return its content, to be closed
   * @throws FormatException if it is not a valid safetensors file
   * @throws UncheckedIOException if it cannot be read
   */
  @SuppressWarnings("MustBeClosedChecker")
  public static SafeTensors open(Path file) {
    TensorBytes.requireLittleEndian("safetensors");
    try {
      FileChannel channel = FileChannel.open(file);
      try {
        return new SafeTensors(file, channel);
      } catch (IOException | RuntimeException e) {
        channel.close();
        throw e;
      }
    } catch (IOException e) {
      throw Failures.of("read", file, e);
    }
  }

  /**
   * Writes or replaces a file, atomically, in the format's canonical layout: every tensor is
   * aligned to its element's size, and equal content gives equal bytes.
   *
   * @param file the file; its folder must exist
   * @param tensors the tensors by name; any layout
   * @param metadata free text; may be empty
   * @throws IllegalArgumentException if a name is not allowed by the format
   * @throws UncheckedIOException if writing fails; an old file is then as it was
   */
  public static void write(Path file, Map<String, Tensor> tensors, Map<String, String> metadata) {
    TensorBytes.requireLittleEndian("safetensors");
    SafeTensorsWriter plan = new SafeTensorsWriter(tensors, metadata);
    AtomicFile.write(
        file,
        out -> {
          out.write(plan.header());
          for (Tensor tensor : plan.tensors()) {
            TensorBytes.write(tensor, out::write);
          }
        });
  }

  /** {@return the free text of the file by key, unmodifiable, in the order of the file} */
  public Map<String, String> metadata() {
    return header.metadata();
  }

  /** {@return the names of the tensors, in the order of their data} */
  public List<String> names() {
    return List.copyOf(header.entries().keySet());
  }

  /**
   * {@return whether there is a tensor of a name}
   *
   * @param name the name
   */
  public boolean contains(String name) {
    return header.entries().containsKey(name);
  }

  /**
   * Returns the shape of a tensor.
   *
   * @param name its name
   * @return its shape
   * @throws FormatException if there is no such tensor
   */
  public Shape shape(String name) {
    return entry(name).shape();
  }

  /**
   * Returns the type of a tensor's elements in the file.
   *
   * @param name the tensor's name
   * @return a name of the format, such as {@code F32} or {@code I16}
   * @throws FormatException if there is no such tensor
   */
  public String storedType(String name) {
    return entry(name).type().name();
  }

  /**
   * Says whether the elements of a tensor are of a type that can be loaded.
   *
   * @param name the tensor's name
   * @return whether {@link #read} will not refuse its type
   * @throws FormatException if there is no such tensor
   */
  public boolean isLoadable(String name) {
    return entry(name).type().dtype != null;
  }

  /**
   * Copies a tensor into a scope.
   *
   * @param name its name
   * @param scope the owner of the copy
   * @return the copy
   * @throws FormatException if there is no such tensor, or its type is not supported
   * @throws UncheckedIOException if the file cannot be read
   * @throws dev.lanewise.tensor.OffHeapBudgetException if the budget does not allow the copy
   */
  public Tensor read(String name, Scope scope) {
    SafeTensorsHeader.Entry entry = entry(name);
    Tensor copy = scope.allocate(loadedType(name, entry), entry.shape());
    load(entry, copy);
    return copy;
  }

  /**
   * Copies all tensors into a scope.
   *
   * @param scope the owner of the copies
   * @return the copies by name, in the order of their data
   * @throws FormatException if the type of one is not supported
   * @throws UncheckedIOException if the file cannot be read
   * @throws dev.lanewise.tensor.OffHeapBudgetException if the budget does not allow the copies
   */
  public Map<String, Tensor> readAll(Scope scope) {
    Map<String, Tensor> copies = new LinkedHashMap<>();
    for (String name : header.entries().keySet()) {
      copies.put(name, read(name, scope));
    }
    return copies;
  }

  /**
   * Returns a tensor as a view of the file itself: nothing is copied, and pages are read from the
   * disk as they are touched. The view is read-only and lives until {@link #close}. Whoever cuts
   * the file short meanwhile makes reading it fail with an {@link InternalError}; replacing it
   * atomically, as all writers here do, is harmless.
   *
   * @param name its name
   * @return the view
   * @throws FormatException if there is no such tensor, its type does not load as it is, or the
   *     writer of the file has not aligned it; {@link #read} copes with the last two
   * @throws UncheckedIOException if the file cannot be mapped
   */
  public Tensor map(String name) {
    SafeTensorsHeader.Entry entry = entry(name);
    DType dtype = loadedType(name, entry);
    long at = dataStart + entry.begin();
    if (entry.type().widens() || at % dtype.bytes() != 0 && entry.begin() < entry.end()) {
      throw new FormatException(
          file.toString(),
          at,
          "tensor " + FormatException.quote(name) + " of type " + entry.type(),
          "one that can be used in place, aligned to " + dtype.bytes() + " bytes",
          "read it instead, which copies");
    }
    // Nothing has no place that could be wrong.
    long from = entry.begin() < entry.end() ? at : 0;
    MemorySegment bytes = mapped().asSlice(from, entry.end() - entry.begin());
    return Tensor.wrap(bytes, dtype, entry.shape());
  }

  private synchronized MemorySegment mapped() {
    if (mapped == null) {
      Arena arena = Arena.ofShared();
      try {
        mapped = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
        mapping = arena;
      } catch (IOException e) {
        arena.close();
        throw Failures.of("map", file, e);
      }
    }
    return mapped;
  }

  /**
   * Copies a tensor over another of the same shape, converting its elements if need be.
   *
   * @param name its name in the file
   * @param target where to
   * @throws FormatException if there is no such tensor, its shape differs from the target's, or its
   *     type is not supported
   * @throws UncheckedIOException if the file cannot be read
   */
  public void readInto(String name, Tensor target) {
    SafeTensorsHeader.Entry entry = fitting(name, target);
    if (target.isContiguous() && target.dtype() == loadedType(name, entry)) {
      load(entry, target);
    } else {
      try (Scope scope = Scope.open()) {
        target.copyFrom(read(name, scope));
      }
    }
  }

  /** The entry of a tensor of the target's shape. */
  private SafeTensorsHeader.Entry fitting(String name, Tensor target) {
    SafeTensorsHeader.Entry entry = entry(name);
    if (!entry.shape().equals(target.shape())) {
      throw new FormatException(
          file.toString(),
          dataStart + entry.begin(),
          "tensor " + FormatException.quote(name) + " of shape " + entry.shape(),
          "shape " + target.shape());
    }
    return entry;
  }

  /**
   * Copies tensors over all those of a store. Tensors of the file that the store lacks are left
   * out.
   *
   * @param prefix what the names in the file begin with before the names in the store; may be empty
   * @param store where to
   * @throws FormatException if a tensor of the store is missing in the file, its shape differs, or
   *     its type is not supported; the store stays as it was
   * @throws UncheckedIOException if the file cannot be read
   */
  public void readInto(String prefix, TensorStore store) {
    for (String name : store.names()) {
      loadedType(prefix + name, fitting(prefix + name, store.get(name)));
    }
    for (String name : store.names()) {
      readInto(prefix + name, store.get(name));
    }
  }

  /** Closes the file. Tensors that were read stay, those that were mapped end. */
  @Override
  public synchronized void close() {
    if (mapping != null) {
      mapping.close();
      mapping = null;
    }
    try {
      channel.close();
    } catch (IOException e) {
      throw Failures.of("close", file, e);
    }
  }

  private SafeTensorsHeader.Entry entry(String name) {
    SafeTensorsHeader.@Nullable Entry entry = header.entries().get(name);
    if (entry == null) {
      throw new FormatException(
          file.toString(),
          SafeTensorsHeader.PREFIX_BYTES,
          "no tensor " + FormatException.quote(name),
          "it among the " + header.entries().size() + " tensors of the file");
    }
    return entry;
  }

  private DType loadedType(String name, SafeTensorsHeader.Entry entry) {
    DType dtype = entry.type().dtype;
    if (dtype == null) {
      throw new FormatException(
          file.toString(),
          dataStart + entry.begin(),
          "tensor " + FormatException.quote(name) + " of type " + entry.type(),
          "F64, F32, F16, BF16, I64, I32, I16, I8, U8 or BOOL");
    }
    return dtype;
  }

  /** Reads an entry into a dense tensor of the type it loads as. */
  private void load(SafeTensorsHeader.Entry entry, Tensor dense) {
    try {
      if (entry.type().widens()) {
        loadWidening(entry, dense.segment());
        return;
      }
      MemorySegment bytes = dense.segment();
      for (long at = 0; at < bytes.byteSize(); at += TensorBytes.PIECE_BYTES) {
        readFully(TensorBytes.piece(bytes, at), dataStart + entry.begin() + at);
      }
    } catch (IOException e) {
      throw Failures.of("read", file, e);
    }
  }

  private void loadWidening(SafeTensorsHeader.Entry entry, MemorySegment ints) throws IOException {
    ByteBuffer staging = ByteBuffer.allocate(STAGING_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    long index = 0;
    for (long at = entry.begin(); at < entry.end(); at += STAGING_BYTES) {
      staging.clear().limit((int) Math.min(STAGING_BYTES, entry.end() - at));
      readFully(staging, dataStart + at);
      staging.flip();
      while (staging.hasRemaining()) {
        int value = entry.type() == StoredType.I8 ? staging.get() : staging.getShort();
        ints.setAtIndex(ValueLayout.JAVA_INT, index++, value);
      }
    }
  }

  private void readFully(ByteBuffer target, long position) throws IOException {
    long at = position;
    while (target.hasRemaining()) {
      int count = channel.read(target, at);
      if (count < 0) {
        throw new EOFException("the file ends at byte " + at + ", it was cut short while open");
      }
      at += count;
    }
  }
}
