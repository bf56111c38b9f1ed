package dev.lanewise.io;

import dev.lanewise.tensor.DTypeException;
import dev.lanewise.tensor.Scope;
import dev.lanewise.tensor.Tensor;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * NumPy's npz format: named arrays in a zip archive, what {@code numpy.savez} and {@code
 * numpy.savez_compressed} write. Each member is an {@link Npy} file; large archives (ZIP64) are
 * read and written too.
 */
public final class Npz {
  private static final String SUFFIX = ".npy";

  /** The earliest time a zip archive can hold, so that equal content gives equal bytes. */
  private static final LocalDateTime NO_TIME = LocalDateTime.of(1980, 1, 1, 0, 0);

  private Npz() {}

  /**
   * Reads all arrays into a scope. Offsets in errors count the bytes of a member's content.
   *
   * @param file the archive
   * @param scope the owner of the tensors
   * @return the tensors by name, in the order of the archive
   * @throws FormatException if the archive is damaged, has a member that is no valid npy file or
   *     twice the same one, or would expand beyond what such a file can honestly hold
   * @throws UncheckedIOException if it cannot be read
   * @throws dev.lanewise.tensor.OffHeapBudgetException if the budget does not allow the tensors
   */
  public static Map<String, Tensor> read(Path file, Scope scope) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    try (ZipFile zip = new ZipFile(file.toFile())) {
      checkExpansion(file, zip);
      for (Enumeration<? extends ZipEntry> e = zip.entries(); e.hasMoreElements(); ) {
        ZipEntry member = e.nextElement();
        String name = name(file, member);
        if (tensors.putIfAbsent(name, read(file, zip, member, scope)) != null) {
          throw refuse(file, "a second member " + FormatException.quote(name), "each name once");
        }
      }
    } catch (ZipException | EOFException e) {
      throw damaged(file, e);
    } catch (IOException e) {
      throw Failures.of("read", file, e);
    }
    return tensors;
  }

  private static void checkExpansion(Path file, ZipFile zip) throws IOException {
    long limit = Source.expansionLimit(Files.size(file));
    long total = 0;
    for (Enumeration<? extends ZipEntry> e = zip.entries(); e.hasMoreElements(); ) {
      ZipEntry member = e.nextElement();
      long size = member.getSize();
      if (size < 0 || size > limit - total) {
        throw new FormatException(
            file.toString(),
            0,
            "more than " + limit + " bytes after decompression",
            "at most that in a file of this size",
            "unpack it yourself if you trust it");
      }
      total += size;
    }
  }

  /** The array's name. Members are never unpacked to disk, but a name that climbs is no array's. */
  private static String name(Path file, ZipEntry member) {
    String path = member.getName();
    List<String> parts = Arrays.asList(path.split("[/\\\\]", -1));
    if (!path.endsWith(SUFFIX) || parts.contains("..") || parts.getFirst().isEmpty()) {
      throw refuse(file, "a member " + FormatException.quote(path), "members called NAME.npy");
    }
    return path.substring(0, path.length() - SUFFIX.length());
  }

  private static Tensor read(Path file, ZipFile zip, ZipEntry member, Scope scope)
      throws IOException {
    String name = file + ", member " + FormatException.quote(member.getName());
    CRC32 crc = new CRC32();
    try (InputStream content = zip.getInputStream(member);
        Source in = Source.of(new CheckedInputStream(content, crc), name, member.getSize())) {
      Tensor tensor = Npy.read(in, scope);
      if (crc.getValue() != member.getCrc()) {
        throw new FormatException(
            name,
            in.offset(),
            "content with the checksum " + Long.toHexString(crc.getValue()),
            Long.toHexString(member.getCrc()) + " as the archive says",
            "the file is damaged");
      }
      return tensor;
    }
  }

  private static FormatException damaged(Path file, IOException e) {
    FormatException damaged =
        new FormatException(
            file.toString(),
            0,
            "a damaged zip archive" + (e.getMessage() == null ? "" : ": " + e.getMessage()),
            "a whole one of npy files");
    damaged.initCause(e);
    return damaged;
  }

  private static FormatException refuse(Path file, String found, String expected) {
    return new FormatException(file.toString(), 0, found, expected);
  }

  /**
   * Writes or replaces an archive, atomically. Equal content gives equal bytes.
   *
   * @param file the file; its folder must exist
   * @param tensors the tensors by name; any layout
   * @param compressed whether to deflate them, as {@code savez_compressed} does
   * @throws IllegalArgumentException if a name is empty or climbs out of a folder
   * @throws DTypeException if a tensor is BF16, which NumPy does not have
   * @throws UncheckedIOException if writing fails; an old file is then as it was
   */
  public static void write(Path file, Map<String, Tensor> tensors, boolean compressed) {
    Map<String, NpyHeader> headers = new LinkedHashMap<>();
    tensors.forEach((name, tensor) -> headers.put(checked(name), Npy.header(tensor)));
    AtomicFile.write(
        file,
        out -> {
          ZipOutputStream zip = new ZipOutputStream(Channels.newOutputStream(out));
          WritableByteChannel channel = Channels.newChannel(zip);
          for (Map.Entry<String, Tensor> named : tensors.entrySet()) {
            NpyHeader header = Objects.requireNonNull(headers.get(named.getKey()));
            zip.putNextEntry(member(named.getKey(), header, named.getValue(), compressed));
            Npy.write(header, named.getValue(), channel::write);
            zip.closeEntry();
          }
          zip.finish();
        });
  }

  private static String checked(String name) {
    List<String> parts = Arrays.asList(name.split("[/\\\\]", -1));
    if (parts.contains("..") || parts.getFirst().isEmpty()) {
      throw new IllegalArgumentException(
          "npz does not allow the array name " + FormatException.quote(name));
    }
    return name;
  }

  /** A stored member states its length and checksum before its content. */
  private static ZipEntry member(String name, NpyHeader header, Tensor tensor, boolean compressed)
      throws IOException {
    ZipEntry member = new ZipEntry(name + SUFFIX);
    member.setTimeLocal(NO_TIME);
    if (!compressed) {
      CRC32 crc = new CRC32();
      long[] size = new long[1];
      Npy.write(
          header,
          tensor,
          (ByteBuffer piece) -> {
            size[0] += piece.remaining();
            crc.update(piece);
          });
      member.setMethod(ZipEntry.STORED);
      member.setSize(size[0]);
      member.setCrc(crc.getValue());
    }
    return member;
  }
}
