package dev.lanewise.openblas;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lanewise.internal.kernel.Kernels;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** {@link LoaderProbe} in a JVM of its own. */
final class LoaderProcess {
  private LoaderProcess() {}

  /** How to start it in {@code folder}; natives are unpacked to {@code unpacked} there. */
  static ProcessBuilder in(Path folder, String... options) throws URISyntaxException {
    URL natives =
        LoaderProcess.class
            .getClassLoader()
            .getResource(NativeFile.of(Platform.current().name()).getLast().resource());
    String jar = natives.getPath().substring(0, natives.getPath().indexOf('!'));
    String classPath =
        Stream.of(place(OpenBlasProvider.class), place(Kernels.class), place(LoaderProbe.class))
            .map(Path::toString)
            .reduce(Path.of(URI.create(jar)).toString(), (x, y) -> x + File.pathSeparator + y);
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of("--add-modules", "jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED"));
    command.add("-D" + OpenBlasLibrary.UNPACK_PROPERTY + "=" + folder.resolve("unpacked"));
    command.addAll(List.of(options));
    command.addAll(List.of("-cp", classPath, LoaderProbe.class.getName()));
    return new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
  }

  private static Path place(Class<?> type) throws URISyntaxException {
    return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
  }

  /** What it prints; it ends well even when nothing could be loaded. */
  static String run(ProcessBuilder builder) throws IOException, InterruptedException {
    Process process = builder.start();
    String output = process.inputReader().readAllAsString();
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }
}
