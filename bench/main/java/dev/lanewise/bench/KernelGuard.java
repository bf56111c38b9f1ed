package dev.lanewise.bench;

import dev.lanewise.internal.kernel.Lanes;
import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Starts several fresh JVMs, each with a {@link KernelProbe}, and fails when a kernel allocates in
 * one of them or takes there several times as long as in most: how the JIT compiles a large kernel
 * may depend on the order in which methods got warm. Some start with the options of the launcher,
 * which has kernels compiled sooner. Some do not record which exceptions are never thrown: C2 then
 * parses handlers too, a vector's load is a third larger, and a kernel that otherwise only just
 * stays below the 18,000 nodes at which C2 stops inlining does so no more. By chance any JVM may
 * compile like that. And some have vectors of 256 bits: more of them to the virtual lanes, so
 * larger methods.
 *
 * <p>Arguments: the folder of the launcher's options, then options for all of those JVMs.
 */
public final class KernelGuard {
  private static final int ROUNDS = 2;

  /**
   * Against the median of the JVMs: a kernel that stays in C1 is 50 times as slow, one by vectors
   * of half the width twice at most.
   */
  private static final double TOO_SLOW = 3;

  private final Map<String, List<Double>> nanos = new TreeMap<>();
  private final List<String> failures = new ArrayList<>();
  private int jvms;

  private KernelGuard() {}

  /** See the class. */
  public static void main(String[] args) throws IOException, InterruptedException {
    String launch = args[0];
    List<String> options = List.of(args).subList(1, args.length);
    List<List<String>> kinds = new ArrayList<>();
    kinds.add(List.of());
    kinds.add(List.of("-XX:-ProfileExceptionHandlers"));
    kinds.add(
        List.of(
            "@" + launch + "/java.options",
            "-XX:CompilerDirectivesFile=" + launch + "/directives.json"));
    if (Lanes.BITS > 256) {
      kinds.add(List.of("-D" + Lanes.PROPERTY + "=256"));
    }
    KernelGuard guard = new KernelGuard();
    for (int round = 0; round < ROUNDS; round++) {
      for (List<String> kind : kinds) {
        guard.probe(kind, options);
      }
    }
    guard.nanos.forEach(guard::judge);
    guard.failures.forEach(System.err::println);
    System.exit(guard.failures.isEmpty() ? 0 : 1);
  }

  private void probe(List<String> kind, List<String> options)
      throws IOException, InterruptedException {
    int jvm = ++jvms;
    System.out.printf("JVM %d, options: %s%n", jvm, kind.isEmpty() ? "none" : kind);
    List<String> command = new ArrayList<>();
    command.add(System.getProperty("java.home") + File.separator + "bin" + File.separator + "java");
    command.addAll(kind);
    // Standard output is the probe's: warnings of the JVM go elsewhere.
    command.addAll(List.of("-Xlog:disable", "-Xlog:all=warning:stderr"));
    command.addAll(options);
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(KernelProbe.class.getName());
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    try (var output = process.inputReader()) {
      output.lines().forEach(line -> record(jvm, line.split("\t", -1)));
    }
    int code = process.waitFor();
    if (code != 0) {
      failures.add("JVM %d ended with exit code %d".formatted(jvm, code));
    }
  }

  private void record(int jvm, String[] fields) {
    nanos.computeIfAbsent(fields[0], _ -> new ArrayList<>()).add(Double.parseDouble(fields[1]));
    if (Double.parseDouble(fields[2]) > 0) {
      failures.add("%s allocates %s bytes a call in JVM %d".formatted(fields[0], fields[2], jvm));
    }
  }

  private void judge(String kernel, List<Double> found) {
    double[] sorted = found.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    double median = sorted[sorted.length / 2];
    double slowest = sorted[sorted.length - 1];
    System.out.printf(
        Locale.ROOT,
        "%-24s %,14.0f ns a call, %.2f to %.2f times in %d JVMs%n",
        kernel,
        median,
        sorted[0] / median,
        slowest / median,
        sorted.length);
    if (slowest > TOO_SLOW * median) {
      failures.add(
          "%s takes %.0f ns in one JVM and %.0f ns in most".formatted(kernel, slowest, median));
    }
  }
}
