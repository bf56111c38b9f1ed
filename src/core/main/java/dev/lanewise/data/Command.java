package dev.lanewise.data;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A program of the user's, run to its end.
 *
 * @param words its name and arguments
 */
record Command(List<String> words) {
  private static final long MINUTES = 10;
  private static final int REASON_CHARS = 200;

  /** Reads what a program writes to its standard output. */
  @FunctionalInterface
  interface Reader {
    void read(InputStream output) throws IOException;
  }

  /**
   * A command whose program is looked up on the PATH.
   *
   * @throws IOException if it is not there
   */
  static Command of(String program, String... arguments) throws IOException {
    List<String> words = new ArrayList<>();
    words.add(onPath(program).toString());
    words.addAll(List.of(arguments));
    return new Command(List.copyOf(words));
  }

  /** This command with further arguments. */
  Command with(String... arguments) {
    List<String> more = new ArrayList<>(words);
    more.addAll(List.of(arguments));
    return new Command(List.copyOf(more));
  }

  private static Path onPath(String program) throws IOException {
    String path = System.getenv().getOrDefault("PATH", "");
    for (String folder : path.split(File.pathSeparator, -1)) {
      for (String name : List.of(program, program + ".cmd", program + ".exe")) {
        Path file = Path.of(folder, name);
        if (!folder.isEmpty() && Files.isRegularFile(file) && Files.isExecutable(file)) {
          return file;
        }
      }
    }
    throw new IOException(program + " is not on the PATH");
  }

  /**
   * Runs it; its output goes to a file in {@code folder}, in which it runs.
   *
   * @throws IOException if it fails or takes too long
   */
  void run(Path folder) throws IOException {
    File log = folder.resolve("output").toFile();
    Process process =
        new ProcessBuilder(words)
            .directory(folder.toFile())
            .redirectInput(ProcessBuilder.Redirect.PIPE)
            .redirectErrorStream(true)
            .redirectOutput(log)
            .start();
    finish(process, log);
  }

  /**
   * Runs it in {@code folder} and reads its standard output.
   *
   * @throws IOException if it fails or takes too long, or the reader throws
   */
  void pipe(Path folder, Reader reader) throws IOException {
    File log = folder.resolve("errors").toFile();
    Process process =
        new ProcessBuilder(words).directory(folder.toFile()).redirectError(log).start();
    try (InputStream output = process.getInputStream()) {
      reader.read(output);
      // Whoever writes must not find the pipe closed.
      output.transferTo(OutputStream.nullOutputStream());
      finish(process, log);
    } finally {
      process.destroy();
    }
  }

  private void finish(Process process, File log) throws IOException {
    try {
      process.getOutputStream().close();
      if (!process.waitFor(MINUTES, TimeUnit.MINUTES)) {
        throw new IOException(words.getFirst() + " took more than " + MINUTES + " minutes");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while running " + words.getFirst(), e);
    } finally {
      process.destroy();
    }
    if (process.exitValue() != 0) {
      throw new IOException(
          words.getFirst() + " ended with code " + process.exitValue() + reason(log));
    }
  }

  /** The last line that the program printed. */
  private static String reason(File log) throws IOException {
    String text = new String(Files.readAllBytes(log.toPath()), Charset.defaultCharset()).strip();
    String last = text.substring(text.lastIndexOf('\n') + 1);
    return last.isEmpty() ? "" : ": " + last.substring(0, Math.min(REASON_CHARS, last.length()));
  }
}
