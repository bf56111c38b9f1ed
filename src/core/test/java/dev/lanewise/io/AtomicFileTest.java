package dev.lanewise.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
  }

  @Test
  void saysThatTheFolderIsMissing() {
    Path file = folder.resolve("none").resolve("f.txt");
    assertThatThrownBy(() -> AtomicFile.write(file, "x"))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessage("cannot write " + file + ": no such file or folder");
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.toList();
    }
  }
}
