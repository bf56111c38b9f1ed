package dev.lanewise.openblas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * Libraries that set the processor to flushing subnormal numbers, and a folder that no code may be
 * loaded from. Needs a C compiler, and a kernel on which users may mount; else the tests are
 * skipped and say why.
 */
@EnabledOnOs(OS.LINUX)
@DisabledIfSystemProperty(named = OpenBlasLibrary.PROPERTY, matches = ".+")
@Timeout(120)
class HostileLibraryTest {
  /** What looks like OpenBLAS to the loader; SET is who calls flush_to_zero. */
  private static final String SOURCE =
      """
      static void flush_to_zero(void) {
      #if defined(__x86_64__)
        __builtin_ia32_ldmxcsr(__builtin_ia32_stmxcsr() | 0x8040);
      #elif defined(__aarch64__)
        unsigned long fpcr;
        __asm__ volatile("mrs %0, fpcr" : "=r"(fpcr));
        __asm__ volatile("msr fpcr, %0" : : "r"(fpcr | 1ul << 24));
      #else
      #error another processor
      #endif
      }
      #ifdef IN_CONSTRUCTOR
      __attribute__((constructor)) static void constructor(void) { flush_to_zero(); }
      #endif
      char *openblas_get_config(void) { return "OpenBLAS 9.9.9"; }
      char *openblas_get_corename(void) {
      #ifdef IN_FUNCTION
        flush_to_zero();
      #endif
        return "Hostile";
      }
      int openblas_get_parallel(void) { return 0; }
      int openblas_get_num_threads(void) { return 1; }
      void openblas_set_num_threads(int n) {}
      void cblas_sgemm(void) {}
      void cblas_dgemm(void) {}
      """;

  @TempDir Path folder;

  private static int run(Path log, List<String> command) throws InterruptedException {
    try {
      return new ProcessBuilder(command)
          .redirectErrorStream(true)
          .redirectOutput(log.toFile())
          .start()
          .waitFor();
    } catch (IOException e) {
      return abort("skipped: " + e.getMessage());
    }
  }

  private Path compile(String variant) throws IOException, InterruptedException {
    Path source = Files.writeString(folder.resolve("hostile.c"), SOURCE);
    Path library = folder.resolve("hostile.so");
    Path log = folder.resolve("log");
    List<String> command =
        List.of("cc", "-shared", "-fPIC", "-D" + variant, "-o", "" + library, "" + source);
    if (run(log, command) != 0) {
      abort("skipped: the C compiler fails: " + Files.readString(log));
    }
    return library;
  }

  @Test
  void aLibraryWhoseFunctionsFlushSubnormalsIsRefused() throws Exception {
    Path library = compile("IN_FUNCTION");
    assertThat(LoaderProcess.run(LoaderProcess.in(folder, "-Dlanewise.openblas=" + library)))
        .contains(
            "failed with %s loaded, subnormal numbers are rounded to 0; set -Dlanewise.openblas"
                .formatted(library))
        .contains("subnormals kept");
    System.out.println("library that flushes subnormals when called: 1 injected, 1 refused");
  }

  /**
   * The JVM itself undoes what the initialization of a library does (JDK-8295159), we see to it.
   */
  @Test
  void aLibraryThatFlushesSubnormalsWhenItIsLoadedChangesNothing() throws Exception {
    Path library = compile("IN_CONSTRUCTOR");
    assertThat(LoaderProcess.run(LoaderProcess.in(folder, "-Dlanewise.openblas=" + library)))
        .containsPattern("(?m)^(loaded OpenBLAS 9.9.9|failed with .* are rounded to 0)")
        .contains("subnormals kept");
    System.out.println("library that flushes subnormals when loaded: 1 injected, 1 undone");
  }

  @Test
  void aFolderThatNothingMayBeLoadedFromIsNamedWithTheProperty() throws Exception {
    Path unpacked = Files.createDirectory(folder.resolve("unpacked"));
    Path log = folder.resolve("log");
    List<String> mounted = new ArrayList<>(List.of("unshare", "-rm", "sh", "-c"));
    mounted.add("mount -t tmpfs -o noexec none '" + unpacked + "' && exec \"$@\"");
    mounted.add("sh");
    List<String> nothing = new ArrayList<>(mounted);
    nothing.add("true");
    if (run(log, nothing) != 0) {
      abort("skipped: cannot mount a folder noexec: " + Files.readString(log));
    }
    ProcessBuilder probe = LoaderProcess.in(folder);
    mounted.addAll(probe.command());
    assertThat(LoaderProcess.run(probe.command(mounted)))
        .contains("failed cannot load " + unpacked)
        .contains("if its folder is mounted noexec set -Dlanewise.openblas.unpack=FOLDER")
        .contains("subnormals kept");
    System.out.println("folder mounted noexec: 1 injected, 1 named");
  }
}
