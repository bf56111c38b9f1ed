package dev.lanewise.bench.report;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What {@code bench/run.sh} leaves in a folder: {@code environment} (lines of key, tab, value), and
 * {@code gemm-*.json}, {@code mlp-*.json}, {@code cutoffs-*.json}, {@code f64-*.json}, {@code
 * bits256-*.json}, {@code step-*.json}, {@code start-*.json}, {@code batch-*.json} and {@code
 * width-*.json}, one of each round and command, with the command in a {@code .cmd} file beside it.
 */
final class RawRuns {
  private static final JsonMapper MAPPER = new JsonMapper();

  private final Path folder;

  RawRuns(Path folder) {
    this.folder = folder;
  }

  /** One round of one cell. */
  private record Sample(
      String group,
      String work,
      String series,
      String unit,
      double rate,
      Map<String, Double> also,
      String command) {
    List<String> cell() {
      return List.of(group, work, series);
    }
  }

  Map<String, String> environment() {
    Map<String, String> environment = new LinkedHashMap<>();
    for (String line : text(folder.resolve("environment")).lines().toList()) {
      String[] parts = line.split("\t", 2);
      environment.put(parts[0], parts[1]);
    }
    return environment;
  }

  List<Figure> gemm() {
    return figures("gemm-", file -> gemm(file, "Matrix product"));
  }

  /** Products of certain shapes, types and vectors. */
  List<Figure> products() {
    return Stream.of(
            figures("mlp-", file -> gemm(file, "Matrix product of the mlp step")),
            figures("cutoffs-", file -> gemm(file, "Matrix product at cut-offs")),
            figures("f64-", file -> gemm(file, "Matrix product in F64")),
            figures("bits256-", file -> gemm(file, "Matrix product by 256-bit vectors")))
        .flatMap(List::stream)
        .toList();
  }

  List<Figure> step() {
    return figures("step-", this::step);
  }

  /** Runs of one epoch, from the start of Java to its end. */
  List<Figure> start() {
    return figures("start-", this::start);
  }

  /** Steps of other batches and widths. */
  List<Figure> scaling() {
    return Stream.of(
            figures("batch-", file -> scaled(file, "Batch size", "batch")),
            figures("width-", file -> scaled(file, "Width", "width")))
        .flatMap(List::stream)
        .toList();
  }

  /** JMH's own JSON. */
  List<Figure> kernels() {
    Path file = folder.resolve("kernels.json");
    return Files.exists(file) ? new JmhRun(command(file)).figures(tree(file)) : List.of();
  }

  private Stream<Sample> gemm(Path file, String group) {
    JsonNode run = tree(file);
    double peak = run.path("fma_peak_gflops").asDouble();
    return StreamSupport.stream(run.path("results").spliterator(), false)
        .map(
            result -> {
              double gflops = result.path("gflops").asDouble();
              String form = result.path("form").asString("NN");
              String work =
                  "%d x %d x %d%s"
                      .formatted(
                          result.path("m").asInt(),
                          result.path("n").asInt(),
                          result.path("k").asInt(),
                          form.equals("NN") ? "" : " " + form);
              return new Sample(
                  group,
                  work + threads(run),
                  "%s (%s)".formatted(run.path("kernels").asString(), run.path("core").asString()),
                  "GFLOP/s",
                  gflops,
                  Map.of("% of FMA peak", 100 * gflops / peak),
                  command(file));
            });
  }

  private Stream<Sample> step(Path file) {
    JsonNode run = tree(file);
    return Stream.of(
        new Sample(
            "Training step",
            run.path("name").asString() + ", batch " + run.path("batch").asInt() + threads(run),
            run.has("rival")
                ? run.path("rival").asString()
                : run.path("mode").asString() + " (" + run.path("kernels").asString() + ")",
            "samples/s",
            run.path("samples_per_s").asDouble(),
            Map.of("ms", run.path("ms_per_step").asDouble()),
            command(file)));
  }

  private Stream<Sample> start(Path file) {
    JsonNode run = tree(file);
    double seconds = run.path("first_epoch_s").asDouble();
    return Stream.of(
        new Sample(
            "First epoch",
            run.path("recipe").asString() + threads(run),
            run.path("mode").asString() + " (" + run.path("kernels").asString() + ")",
            "first epochs/min",
            60 / seconds,
            Map.of("s", seconds),
            command(file)));
  }

  private Stream<Sample> scaled(Path file, String group, String size) {
    JsonNode run = tree(file);
    return Stream.of(
        new Sample(
            group + " of " + run.path("name").asString(),
            size + " " + run.path(size).asInt(),
            run.path("mode").asString() + threads(run),
            "samples/s",
            run.path("samples_per_s").asDouble(),
            Map.of("ms", run.path("ms_per_step").asDouble()),
            command(file)));
  }

  private static String threads(JsonNode run) {
    int threads = run.path("threads").asInt();
    return ", " + threads + (threads == 1 ? " thread" : " threads");
  }

  private List<Figure> figures(String prefix, Function<Path, Stream<Sample>> read) {
    Map<List<String>, List<Sample>> cells =
        files(prefix)
            .flatMap(read)
            .collect(Collectors.groupingBy(Sample::cell, LinkedHashMap::new, Collectors.toList()));
    return cells.values().stream().map(RawRuns::figure).toList();
  }

  private static Figure figure(List<Sample> rounds) {
    Sample first = rounds.getFirst();
    Map<String, Double> also = new TreeMap<>();
    for (String name : first.also.keySet()) {
      also.put(
          name,
          Figure.median(rounds.stream().mapToDouble(round -> round.also.get(name)).toArray()));
    }
    return Figure.of(
        first.group,
        first.work,
        first.series,
        first.unit,
        rounds.stream().map(Sample::rate).toList(),
        also,
        first.command);
  }

  /** In the order in which they were measured, which their names say. */
  private Stream<Path> files(String prefix) {
    List<Path> files = new ArrayList<>();
    try (var found = Files.newDirectoryStream(folder, prefix + "*.json")) {
      found.forEach(files::add);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return files.stream().sorted();
  }

  private static String command(Path file) {
    return text(Path.of(file.toString().replaceFirst("\\.json$", ".cmd"))).strip();
  }

  private static JsonNode tree(Path file) {
    return MAPPER.readTree(file);
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
