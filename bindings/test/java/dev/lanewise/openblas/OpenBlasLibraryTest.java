package dev.lanewise.openblas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.lanewise.engine.Engine;
import dev.lanewise.engine.EngineOptions;
import dev.lanewise.engine.KernelChoice;
import dev.lanewise.engine.Mode;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The loader, mostly in JVMs of its own: a library is loaded once per process. */
@DisabledOnOs(OS.WINDOWS)
@DisabledIfSystemProperty(named = OpenBlasLibrary.PROPERTY, matches = ".+")
@Timeout(120)
class OpenBlasLibraryTest {

  private static final String LIBRARY = NativeFile.of(Platform.current().name()).getLast().name();

  @TempDir Path folder;

  private ProcessBuilder probe(String... options) throws URISyntaxException {
    return LoaderProcess.in(folder, options);
  }

  private static String run(ProcessBuilder builder) throws IOException, InterruptedException {
    return LoaderProcess.run(builder);
  }

  private Path unpacked() throws IOException {
    try (Stream<Path> folders = Files.list(folder.resolve("unpacked"))) {
      return folders.findFirst().orElseThrow();
    }
  }

  @Test
  void theEngineFindsTheProvider() {
    EngineOptions options =
        EngineOptions.defaults().threads(1).mode(Mode.FAST).kernels(KernelChoice.OPENBLAS);
    try (Engine engine = Engine.of(options)) {
      assertThat(engine.kernels()).isEqualTo("openblas");
      assertThat(engine.report())
          .anyMatch(line -> line.matches("matmul: openblas, OpenBLAS \\d.*, core .+, 1 thread"));
    }
  }

  @Test
  void unpacksToAPrivateFolder() throws Exception {
    String output = run(probe());
    assertThat(output).contains("loaded OpenBLAS 0.3.").contains(", 1 thread");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(unpacked())))
        .isEqualTo("rwx------");
    try (Stream<Path> files = Files.list(unpacked())) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrderElementsOf(
              NativeFile.of(Platform.current().name()).stream().map(NativeFile::name).toList());
    }
  }

  @Test
  void saysWhenACoreIsForced() throws Exception {
    ProcessBuilder probe = probe();
    probe.environment().remove("OPENBLAS_CORETYPE");
    assertThat(run(probe)).doesNotContain("forced");
    assertThat(new OpenBlasInfo("0.3.31", "Haswell", "OpenBLAS 0.3.31").description("Haswell"))
        .isEqualTo("OpenBLAS 0.3.31, core Haswell (forced by OPENBLAS_CORETYPE), 1 thread");
  }

  @Test
  void anotherCoreIsAnotherConfiguration() throws Exception {
    assumeThat(System.getProperty("os.arch")).isEqualTo("amd64");
    List<String> configurations = new ArrayList<>();
    for (String core : List.of("Haswell", "Sandybridge")) {
      ProcessBuilder probe = probe();
      probe.environment().put("OPENBLAS_CORETYPE", core);
      configurations.add(
          run(probe).lines().filter(l -> l.startsWith("configuration")).findFirst().orElseThrow());
    }
    assertThat(configurations.get(0)).contains("core Haswell");
    assertThat(configurations.get(1)).contains("core Sandybridge");
  }

  @Test
  void usesOneThreadWhateverTheEnvironmentSays() throws Exception {
    ProcessBuilder probe = probe();
    probe.environment().put("OPENBLAS_NUM_THREADS", "2");
    assertThat(run(probe)).contains("loaded").contains(", 1 thread");
  }

  @Test
  void isSwitchedOffByNone() throws Exception {
    assertThat(run(probe("-Dlanewise.openblas=none")))
        .containsPattern("(?m)^failed switched off by -Dlanewise.openblas=none$");
    assertThat(folder.resolve("unpacked")).doesNotExist();
  }

  @Test
  void refusesPathsThatNameNoLibrary() throws Exception {
    assertThat(run(probe("-Dlanewise.openblas=libopenblas.so")))
        .contains("failed -Dlanewise.openblas=libopenblas.so is not an absolute path");
    assertThat(run(probe("-Dlanewise.openblas=" + folder))).contains("is not a file");
    Path text = Files.writeString(folder.resolve("text.so"), "no library");
    assertThat(run(probe("-Dlanewise.openblas=" + text))).contains("failed cannot load " + text);
  }

  @Test
  void refusesAnotherLibrary() throws Exception {
    run(probe());
    Path other = unpacked().resolve(NativeFile.of(Platform.current().name()).getFirst().name());
    assertThat(run(probe("-Dlanewise.openblas=" + other)))
        .contains("failed " + other + " is not an OpenBLAS library");
  }

  @Test
  void loadsALibraryNamedByPath() throws Exception {
    run(probe());
    Path library = unpacked().resolve(LIBRARY);
    Path unused = folder.resolve("unused");
    assertThat(run(probe("-Dlanewise.openblas=" + library, "-Dlanewise.openblas.unpack=" + unused)))
        .contains("loaded OpenBLAS");
    assertThat(unused).doesNotExist();
  }

  @Test
  void neverLoadsWhatLiesInTheWorkingDirectoryOrTheLibraryPath() throws Exception {
    for (NativeFile file : NativeFile.of(Platform.current().name())) {
      Files.writeString(folder.resolve(file.name()), "planted");
    }
    Files.writeString(folder.resolve(System.mapLibraryName("openblas")), "planted");
    ProcessBuilder probe = probe("-Djava.library.path=" + folder, "-Djava.io.tmpdir=" + folder);
    probe.environment().put("LD_LIBRARY_PATH", folder.toString());
    String output = run(probe);
    assertThat(output).contains("loaded OpenBLAS");
    assertThat(output.lines().filter(line -> line.startsWith("mapped")))
        .allMatch(line -> line.contains(unpacked(folder)));
    System.out.printf(
        "libraries in the way of OpenBLAS: %d planted, 0 loaded%n",
        NativeFile.of(Platform.current().name()).size() + 1);
  }

  private static String unpacked(Path folder) {
    return folder.resolve("unpacked").toString();
  }

  @Test
  void replacesAFileThatWasTamperedWith() throws Exception {
    run(probe());
    Path library = unpacked().resolve(LIBRARY);
    byte[] good = Files.readAllBytes(library);
    Files.delete(library);
    Files.write(library, new byte[] {1, 2, 3});
    Path dependency =
        unpacked().resolve(NativeFile.of(Platform.current().name()).getFirst().name());
    Files.delete(dependency);
    Files.createSymbolicLink(dependency, library);
    Files.setPosixFilePermissions(unpacked(), PosixFilePermissions.fromString("rwxrwxrwx"));

    assertThat(run(probe())).contains("loaded OpenBLAS");
    assertThat(library).hasBinaryContent(good);
    assertThat(Files.isSymbolicLink(dependency)).isFalse();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(unpacked())))
        .isEqualTo("rwx------");
  }

  @Test
  void keepsValidFiles() throws Exception {
    run(probe());
    Object before = Files.readAttributes(unpacked().resolve(LIBRARY), "unix:ino").get("ino");
    run(probe());
    assertThat(Files.readAttributes(unpacked().resolve(LIBRARY), "unix:ino").get("ino"))
        .isEqualTo(before);
  }

  @Test
  void unpacksInTwoProcessesAtOnce() throws Exception {
    List<Process> processes = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      ProcessBuilder probe = probe();
      probe.command().add("wait");
      processes.add(probe.start());
    }
    for (Process process : processes) {
      assertThat(process.inputReader().lines().anyMatch(line -> line.equals("ready"))).isTrue();
    }
    for (Process process : processes) {
      process.getOutputStream().close();
    }
    for (Process process : processes) {
      assertThat(process.inputReader().lines()).anyMatch(line -> line.startsWith("loaded"));
      assertThat(process.waitFor()).isZero();
    }
    try (Stream<Path> files = Files.list(unpacked())) {
      assertThat(files).noneMatch(file -> file.toString().endsWith(".part"));
    }
  }

  @Test
  void namesThePropertyWhenItCannotUnpack() throws Exception {
    Files.writeString(folder.resolve("unpacked"), "a file where the folder should be");
    assertThat(run(probe()))
        .contains("failed cannot unpack OpenBLAS to ")
        .contains("set -Dlanewise.openblas.unpack=FOLDER");
  }

  @Test
  void refusesAFolderThatIsALink() throws Exception {
    run(probe());
    Path real = Files.move(unpacked(), folder.resolve("elsewhere"));
    Path link = folder.resolve("unpacked").resolve("openblas-" + Platform.current().name());
    link = link.resolveSibling(link.getFileName() + "-" + lastSha().substring(0, 16));
    Files.createSymbolicLink(link, real);
    assertThat(run(probe())).contains("it is not a folder");
  }

  private static String lastSha() {
    return NativeFile.of(Platform.current().name()).getLast().sha256();
  }
}
