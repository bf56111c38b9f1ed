package dev.lanewise.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lanewise.io.FaultyFiles.Fault;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {
  @TempDir Path folder;

  @Test
  void writesAndReplaces() throws IOException {
    Path file = folder.resolve("f.txt");
    AtomicFile.write(file, "first, and longer");
    AtomicFile.write(file, "zweites ü");
    assertThat(file).hasContent("zweites ü");
    assertThat(files()).containsExactly(file);
  }

  @Test
  void keepsTheOldFileWhenWritingFails() throws IOException {
    Path file = folder.resolve("f.txt");
    AtomicFile.write(file, "old");
    AtomicFile.Content failing =
        out -> {
          out.write(ByteBuffer.allocate(100_000));
          throw new IOException("No space left on device");
        };
    assertThatThrownBy(() -> AtomicFile.write(file, failing))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessage("cannot write " + file + ": No space left on device");
    AtomicFile.Content broken =
        out -> {
          throw new IllegalStateException("bug");
        };
    assertThatThrownBy(() -> AtomicFile.write(file, broken)).hasMessage("bug");
    assertThat(file).hasContent("old");
    assertThat(files()).containsExactly(file);
    survived("writing that fails", 2);
  }

  @Test
  void saysThatTheFolderIsMissing() {
    Path file = folder.resolve("none").resolve("f.txt");
    assertThatThrownBy(() -> AtomicFile.write(file, "x"))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessage("cannot write " + file + ": no such file or folder");
  }

  @Test
  void keepsTheOldFileWhereNothingMayBeWritten() throws IOException {
    refuses(Fault.READ_ONLY, "permission denied");
    survived("read-only folder", 1);
  }

  @Test
  void keepsTheOldFileWithoutAtomicMoves() throws IOException {
    refuses(
        Fault.NO_ATOMIC_MOVE,
        "the file system cannot replace a file in one step; use a folder on another one");
    survived("file system without atomic moves", 1);
  }

  private void refuses(Fault fault, String why) throws IOException {
    Path file = folder.resolve("f.txt");
    AtomicFile.write(file, "old");
    Path faulty = FaultyFiles.on(file, fault);
    assertThatThrownBy(() -> AtomicFile.write(faulty, "new"))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessage("cannot write " + file + ": " + why);
    assertThat(file).hasContent("old");
    assertThat(files()).containsExactly(file);
  }

  @Test
  void aFolderInTheWayStays() throws IOException {
    Path file = Files.createDirectory(folder.resolve("f.txt"));
    Files.createFile(file.resolve("content"));
    assertThatThrownBy(() -> AtomicFile.write(file, "new"))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageStartingWith("cannot write " + file + ": ");
    assertThat(file.resolve("content")).exists();
    assertThat(files()).containsExactly(file);
    survived("folder where a file belongs", 1);
  }

  @Test
  void removesWhatKilledWritersLeft() throws IOException {
    Path file = folder.resolve("f.txt");
    AtomicFile.write(file, "old");
    Files.createFile(folder.resolve(".f.txt.0a8b0a1e-8f2d-4f7e-9d11-3b1a6a1c2d3e.tmp"));
    Path other = Files.createFile(folder.resolve(".mine.tmp"));
    AtomicFile.removeLeftovers(folder);
    AtomicFile.removeLeftovers(folder.resolve("none"));
    assertThat(files()).containsExactlyInAnyOrder(file, other);
  }

  /** What {@code bench/soak.sh} counts. */
  private static void survived(String name, int count) {
    System.out.printf("%s: %d injected, %d survived, 0 lost%n", name, count, count);
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.toList();
    }
  }
}
