package dev.lanewise.bench.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;

/**
 * The figures in JMH's JSON: of each benchmark its counter, every iteration of every fork as one
 * round, and the bytes allocated by an operation.
 *
 * @param command that measured it
 */
record JmhRun(String command) {
  private static final String ALLOCATED = "gc.alloc.rate.norm";

  /** A counter per nanosecond as a rate in the unit that people use. */
  private record Rate(String unit, double scale) {}

  private static final Map<String, Rate> RATES =
      Map.of(
          "flop", new Rate("GFLOP/s", 1),
          "bytes", new Rate("GB/s", 1),
          "samples", new Rate("samples/s", 1e9));

  List<Figure> figures(JsonNode benchmarks) {
    return StreamSupport.stream(benchmarks.spliterator(), false).map(this::figure).toList();
  }

  private Figure figure(JsonNode benchmark) {
    String name = benchmark.path("benchmark").asString();
    JsonNode metrics = benchmark.path("secondaryMetrics");
    String counter =
        RATES.keySet().stream()
            .filter(metrics::has)
            .findFirst()
            .orElseThrow(() -> new IllegalStateException(name + " counts nothing"));
    Rate rate = RATES.get(counter);
    List<Double> rounds = new ArrayList<>();
    for (JsonNode fork : metrics.path(counter).path("rawData")) {
      fork.forEach(iteration -> rounds.add(iteration.asDouble() * rate.scale));
    }
    JsonNode params = benchmark.path("params");
    String series = params.has("kernels") ? "kernels" : "mode";
    String work =
        params.properties().stream()
            .filter(param -> !param.getKey().equals(series))
            .map(param -> param.getKey() + " " + param.getValue().asString())
            .collect(Collectors.joining(", "));
    String[] parts = name.split("\\.", -1);
    return Figure.of(
        parts[parts.length - 2] + "." + parts[parts.length - 1],
        work,
        params.path(series).asString(),
        rate.unit,
        rounds,
        Map.of("B/op", (double) Math.round(metrics.path(ALLOCATED).path("score").asDouble())),
        command);
  }
}
