package dev.lanewise.tensor;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BudgetTest {
  @ParameterizedTest
  @CsvSource({
    "8G, 8589934592",
    "512M, 536870912",
    "512 mb, 536870912",
    "2GiB, 2147483648",
    "64k, 65536",
    "1T, 1099511627776",
    "4096, 4096",
    "4096B, 4096",
    "7g, 7516192768"
  })
  void parses(String text, long bytes) {
    assertThat(Budget.parse(text)).isEqualTo(bytes);
    assertThat(Budget.resolve(text)).isEqualTo(bytes);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "G", "8X", "-1G", "1.5G", "0", "8 G B", "99999999999T", "9999999999999999999"})
  void refusesMalformed(String text) {
    assertThatThrownBy(() -> Budget.parse(text))
        .isInstanceOf(LanewiseException.class)
        .hasMessage(
            "-Dlanewise.offheap.budget=%s is not a memory size; write for example 8G, 512M or"
                + " 1073741824",
            text);
  }

  @Test
  void takesTheSmallestLimit(@TempDir Path root) throws IOException {
    assertThat(Budget.machineLimit(root)).isEqualTo(Long.MAX_VALUE);
    write(root, "proc/meminfo", "MemTotal:       24684092 kB\nMemFree: 1 kB\n");
    assertThat(Budget.machineLimit(root)).isEqualTo(24684092L * 1024);
    write(root, "proc/self/cgroup", "4:cpu,memory:/a/b\n0::/c/d\n1:name=systemd:/\n");
    write(root, "sys/fs/cgroup/memory/a/memory.limit_in_bytes", "9223372036854771712\n");
    write(root, "sys/fs/cgroup/c/d/memory.max", "max\n");
    assertThat(Budget.machineLimit(root)).isEqualTo(24684092L * 1024);
    write(root, "sys/fs/cgroup/c/memory.max", "3000000\n");
    assertThat(Budget.machineLimit(root)).isEqualTo(3_000_000);
    write(root, "sys/fs/cgroup/memory/memory.limit_in_bytes", "2000000\n");
    assertThat(Budget.machineLimit(root)).isEqualTo(2_000_000);
    assertThat(Budget.resolve(null)).isPositive();
  }

  @Test
  void printsForPeople() {
    assertThat(Budget.format(1023)).isEqualTo("1023 B");
    assertThat(Budget.format(1536)).isEqualTo("1.5 KiB");
    assertThat(Budget.format(3L << 30)).isEqualTo("3.0 GiB");
    assertThat(Budget.format(Long.MAX_VALUE)).isEqualTo("8388608.0 TiB");
  }

  @Test
  void slabsAreAlignedZeroedAndRoundedLittle() {
    for (long bytes = 1; bytes < 1L << 40; bytes = bytes * 3 + 1) {
      long rounded = SlabPool.roundUp(bytes);
      assertThat(rounded).isBetween(bytes, Math.max(SlabPool.MIN_SLAB, bytes + bytes / 8 + 65536));
      assertThat(rounded % 65536).isZero();
    }
    for (long bytes : new long[] {1 << 20, 2 << 20, (5 << 20) + 65536}) {
      NativeMemory.Block block = NativeMemory.allocate(bytes);
      assertThat(block.address() % 64).isZero();
      assertThat(NativeMemory.ALL.asSlice(block.address(), bytes).toArray(JAVA_LONG))
          .containsOnly(0);
      block.free();
    }
    NativeMemory.Block first = NativeMemory.allocate(2 << 20);
    NativeMemory.Block second = NativeMemory.allocate(2 << 20);
    assertThat((first.address() - second.address()) % 4096).isNotZero();
    first.free();
    second.free();
  }

  private static void write(Path root, String file, String text) throws IOException {
    Path path = root.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }
}
