package dev.lanewise.cli;

import dev.lanewise.io.FormatException;
import dev.lanewise.train.HashTrace;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code lanewise trace-diff}: the first op whose result two runs do not have in common. */
@Command(
    name = "trace-diff",
    description = {
      "Compares two files of train --trace-hashes or verify --trace-hashes.",
      "Exit code 0: all they have in common agrees; 1: an op differs, and which; 2: no traces."
    })
final class TraceDiffCommand implements Callable<Integer> {
  private static final int FIELDS = 5;

  @Parameters(paramLabel = "FILE", description = "A trace.")
  private Path first = Path.of("");

  @Parameters(paramLabel = "FILE2", description = "Another.")
  private Path second = Path.of("");

  @Override
  public Integer call() {
    try (BufferedReader x = open(first);
        BufferedReader y = open(second)) {
      long lines = 0;
      @Nullable String a = x.readLine();
      @Nullable String b = y.readLine();
      if (a != null && b != null) {
        a = from(step(second, b), first, x, a);
        b = a == null ? b : from(step(first, a), second, y, b);
      }
      while (a != null && a.equals(b)) {
        lines++;
        a = x.readLine();
        b = y.readLine();
      }
      if (a != null && b != null) {
        report(fields(first, a), fields(second, b));
        return Failures.FAILED;
      }
      System.out.printf(
          "the same bits: %,d results agree%s%n",
          lines,
          Objects.equals(a, b)
              ? ""
              : ", where " + (a == null ? first : second) + " ends and the other goes on");
      return Failures.DONE;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read a trace", e);
    }
  }

  /** The first line of {@code start} or a later step: the trace of a resumed run begins late. */
  private static @Nullable String from(long start, Path file, BufferedReader trace, String first)
      throws IOException {
    @Nullable String line = first;
    while (line != null && step(file, line) < start) {
      line = trace.readLine();
    }
    return line;
  }

  private static long step(Path file, String line) {
    return Long.parseLong(fields(file, line)[0]);
  }

  private void report(String[] a, String[] b) {
    System.out.printf("differs: step %s, result %s%n", a[0], a[1]);
    print(first, a);
    print(second, b);
  }

  private static void print(Path file, String[] line) {
    System.out.printf("  %s: %s %s, hash %s%n", file, line[2], line[3], line[4]);
  }

  private static BufferedReader open(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new IllegalArgumentException(file + " is no file, expected a trace");
    }
    BufferedReader reader = Files.newBufferedReader(file);
    @Nullable String head = reader.readLine();
    if (!HashTrace.FORMAT.equals(head)) {
      reader.close();
      throw new FormatException(file.toString(), 0, "no trace", HashTrace.FORMAT);
    }
    return reader;
  }

  private static String[] fields(Path file, String line) {
    String[] fields = line.split("\t", -1);
    if (fields.length != FIELDS) {
      throw new FormatException(
          file.toString(), 0, "a line of " + fields.length + " fields", FIELDS + " fields");
    }
    return fields;
  }
}
