package dev.lanewise.internal.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * {@link Functions} over all 2^32 arguments, with scalars and every width. In each build a sample
 * of all binades; everything with
 *
 * <pre>{@code
 * mvn test -pl src/core -Dtest=ExhaustiveFunctionsTest -Dlanewise.exhaustive=true
 * }</pre>
 *
 * <p>which writes results/math-v1.json and .md; a hash that an earlier run has recorded there may
 * not change. {@code -Dlanewise.exhaustive.stride=N} takes every Nth of the 256 blocks and writes
 * to target/.
 */
final class ExhaustiveFunctionsTest {
  private static final Path RESULTS = Path.of("../../results");
  private static final Pattern RECORDED =
      Pattern.compile("\"function\": \"(\\w+)\".*\"sha256\": \"([0-9a-f]{64})\"");

  @ParameterizedTest
  @EnumSource
  void aSampleOfEveryBinadeStaysWithinTheBound(FunctionCase function)
      throws InterruptedException, ExecutionException {
    assertWithinBound(function, FunctionSweep.sample(function).run(1, 1, _ -> {}));
  }

  @Test
  @EnabledIfSystemProperty(named = "lanewise.exhaustive", matches = "true")
  void everyArgumentStaysWithinTheBound()
      throws InterruptedException, ExecutionException, IOException {
    int stride = Integer.getInteger("lanewise.exhaustive.stride", 1);
    Path folder = Files.createDirectories(stride == 1 ? RESULTS : Path.of("target"));
    Map<FunctionCase, FunctionSweep.Result> results = new TreeMap<>();
    int threads = Runtime.getRuntime().availableProcessors();
    for (FunctionCase function : FunctionCase.values()) {
      long start = System.nanoTime();
      var result =
          FunctionSweep.whole(function)
              .run(
                  stride,
                  threads,
                  progress -> {
                    if (progress.contains("0 of") || progress.contains("6 of")) {
                      System.out.println(progress);
                    }
                  });
      System.out.printf(
          Locale.ROOT,
          "%s: worst %.4f ulps at %a, %s, %.0f s%n",
          function,
          result.worst(),
          result.at(),
          result.sha256(),
          (System.nanoTime() - start) * 1e-9);
      assertWithinBound(function, result);
      results.put(function, result);
    }
    Path json = folder.resolve("math-v1.json");
    if (stride == 1 && Files.exists(json)) {
      Map<String, String> recorded = new TreeMap<>();
      RECORDED
          .matcher(Files.readString(json))
          .results()
          .forEach(row -> recorded.put(row.group(1), row.group(2)));
      results.forEach(
          (function, result) ->
              assertThat(result.sha256())
                  .as("hash of all results of %s", function)
                  .isEqualTo(recorded.getOrDefault(function.resourceName(), result.sha256())));
    }
    Files.writeString(json, json(results));
    Files.writeString(folder.resolve("math-v1.md"), markdown(results));
  }

  private static void assertWithinBound(FunctionCase function, FunctionSweep.Result result) {
    assertThat(result.worst())
        .as("error of %s(%a)", function, result.at())
        .isLessThanOrEqualTo(function.maxUlps);
  }

  private static String json(Map<FunctionCase, FunctionSweep.Result> results) {
    StringBuilder text = new StringBuilder("{\"specification\": \"math-v1\", \"functions\": [\n");
    String separator = "  ";
    for (var entry : results.entrySet()) {
      FunctionSweep.Result result = entry.getValue();
      text.append(separator)
          .append(
              String.format(
                  Locale.ROOT,
                  "{\"function\": \"%s\", \"worst_ulps\": %.4f, \"at\": \"%a\", \"sha256\":"
                      + " \"%s\"}",
                  entry.getKey().resourceName(),
                  result.worst(),
                  result.at(),
                  result.sha256()));
      separator = ",\n  ";
    }
    return text.append("\n]}\n").toString();
  }

  private static String markdown(Map<FunctionCase, FunctionSweep.Result> results) {
    StringBuilder text =
        new StringBuilder(
            """
            # math-v1 in binary32 over all 2^32 arguments

            The scalar loop and the loops of 128, 256 and 512 bits gave the same results. The hash is the SHA-256 over the
            SHA-256 of each block of 2^24 results, in the order of the bit patterns of the arguments, little-endian, every
            NaN as 0x7fc00000. Sine and cosine are NaN beyond 2^17. Written by `ExhaustiveFunctionsTest`.

            | function | worst error, ulps | at | promised | SHA-256 |
            |---|---:|---|---:|---|
            """);
    results.forEach(
        (function, result) ->
            text.append(
                String.format(
                    Locale.ROOT,
                    "| %s | %.4f | %a | %.0f | `%s` |%n",
                    function.resourceName(),
                    result.worst(),
                    result.at(),
                    function.maxUlps,
                    result.sha256())));
    return text.toString();
  }
}
