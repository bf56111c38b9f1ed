package dev.lanewise.cli;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The command line in a JVM of its own. */
final class ChildProcess {
  private ChildProcess() {}

  /** How to start it; its arguments are added. JVM {@code options} come first. */
  static List<String> command(String... options) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(options));
    String modules = System.getProperty("jdk.module.path");
    String classes = System.getProperty("java.class.path", "");
    command.add("-p");
    command.add(modules);
    if (!classes.isEmpty()) {
      command.add("-cp");
      command.add(classes.replace(File.pathSeparator + File.pathSeparator, File.pathSeparator));
    }
    command.addAll(
        List.of(
            "--enable-native-access=dev.lanewise,dev.lanewise.openblas",
            "-m",
            Main.class.getModule().getName() + "/" + Main.class.getName()));
    return command;
  }
}
