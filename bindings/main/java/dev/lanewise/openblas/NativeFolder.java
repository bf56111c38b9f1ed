package dev.lanewise.openblas;

import dev.lanewise.engine.NativeLibraryException;
import dev.lanewise.io.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The folder that shared libraries are unpacked to.
 *
 * <p>Only the user can read or write it (0700), and each file is what the manifest says whenever it
 * is handed out: so nobody else can place code in it, and a file that was changed or cut short is
 * replaced. Files appear complete or not at all, so processes that start at the same time may
 * unpack side by side.
 */
final class NativeFolder {

  private static final Set<PosixFilePermission> PRIVATE =
      PosixFilePermissions.fromString("rwx------");

  private final Path path;

  private NativeFolder(Path path) {
    this.path = path;
  }

  /**
   * The private folder {@code name} in {@code parent}, created when it is missing.
   *
   * @throws NativeLibraryException when it cannot be created or belongs to someone else
   */
  static NativeFolder open(Path parent, String name) {
    Path path = parent.resolve(name);
    try {
      Files.createDirectories(parent);
      try {
        Files.createDirectory(path, PosixFilePermissions.asFileAttribute(PRIVATE));
      } catch (FileAlreadyExistsException e) {
        requireOwn(path);
      }
    } catch (IOException e) {
      throw unusable(path, e);
    }
    return new NativeFolder(path);
  }

  private static void requireOwn(Path path) throws IOException {
    if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      throw new IOException("it is not a folder");
    }
    if (!Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS).equals(LibC.getuid())) {
      throw new IOException("it belongs to another user");
    }
    if (!Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS).equals(PRIVATE)) {
      Files.setPosixFilePermissions(path, PRIVATE);
    }
  }

  /**
   * Makes the files available, each valid one that is there being reused.
   *
   * @return their absolute paths, in the order given
   * @throws NativeLibraryException when a file cannot be found, written or is not the one expected
   */
  List<Path> unpack(List<NativeFile> files, ClassLoader jars) {
    List<Path> unpacked = new ArrayList<>();
    for (NativeFile file : files) {
      Path target = path.resolve(file.name());
      try {
        if (!isValid(target, file)) {
          unpack(file, jars, target);
        }
      } catch (IOException e) {
        throw unusable(target, e);
      }
      unpacked.add(target);
    }
    return unpacked;
  }

  private static boolean isValid(Path target, NativeFile file) throws IOException {
    if (!Files.isRegularFile(target, LinkOption.NOFOLLOW_LINKS)) {
      return false;
    }
    try (InputStream in = Files.newInputStream(target)) {
      return copy(in, null).equals(file.sha256());
    }
  }

  private void unpack(NativeFile file, ClassLoader jars, Path target) throws IOException {
    Path part = Files.createTempFile(path, file.name(), ".part");
    try {
      String found;
      try (InputStream in = jars.getResourceAsStream(file.resource());
          OutputStream out = Files.newOutputStream(part, StandardOpenOption.WRITE)) {
        if (in == null) {
          throw new IOException("the natives jar has no " + file.resource());
        }
        found = copy(in, out);
      }
      if (!found.equals(file.sha256())) {
        throw new IOException(
            "the natives jar on the class path is not the one Lanewise was built with");
      }
      // on the disk before it gets its name: a file cut short by a crash would cost a second
      // unpacking
      try (FileChannel channel = FileChannel.open(part, StandardOpenOption.WRITE)) {
        channel.force(true);
      }
      Files.setPosixFilePermissions(part, PosixFilePermissions.fromString("r-x------"));
      Files.move(part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(part);
    }
  }

  /** Copies all bytes to {@code out}, if there is one, and gives their SHA-256. */
  private static String copy(InputStream in, @Nullable OutputStream out) throws IOException {
    Sha256 sum = new Sha256();
    byte[] buffer = new byte[1 << 12]; // small: the digest is fast once it has been called often
    for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
      sum.add(buffer, n);
      if (out != null) {
        out.write(buffer, 0, n);
      }
    }
    return sum.hex();
  }

  private static NativeLibraryException unusable(Path path, IOException e) {
    return new NativeLibraryException(
        "cannot unpack OpenBLAS to %s (%s); set -D%s=FOLDER to a folder of yours, or -D%s=none"
            .formatted(path, reason(e), OpenBlasLibrary.UNPACK_PROPERTY, OpenBlasLibrary.PROPERTY),
        e);
  }

  /** File system exceptions carry only a path where others carry a reason. */
  private static String reason(IOException e) {
    String kind = e.getClass().getSimpleName().replace("Exception", "");
    return e.getClass() == IOException.class
        ? String.valueOf(e.getMessage())
        : kind + ": " + e.getMessage();
  }
}
