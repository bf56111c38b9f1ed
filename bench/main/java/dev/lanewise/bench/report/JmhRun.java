package dev.lanewise.bench.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
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

  /** What a benchmark counts per nanosecond, as a rate in the unit that people use. */
  private enum Counter {
    FLOP("GFLOP/s", 1),
    BYTES("GB/s", 1),
    SAMPLES("samples/s", 1e9);

    private final String unit;
    private final double scale;

    Counter(String unit, double scale) {
      this.unit = unit;
      this.scale = scale;
    }

    /** The field's name. */
    String field() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  List<Figure> figures(JsonNode benchmarks) {
    return StreamSupport.stream(benchmarks.spliterator(), false).map(this::figure).toList();
  }

  private Figure figure(JsonNode benchmark) {
    String name = benchmark.path("benchmark").asString();
    JsonNode metrics = benchmark.path("secondaryMetrics");
    Counter counter =
        Arrays.stream(Counter.values())
            .filter(c -> metrics.has(c.field()))
            .findFirst()
            .orElseThrow(() -> new IllegalStateException(name + " counts nothing"));
    List<Double> rounds = new ArrayList<>();
    for (JsonNode fork : metrics.path(counter.field()).path("rawData")) {
      fork.forEach(iteration -> rounds.add(iteration.asDouble() * counter.scale));
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
        counter.unit,
        rounds,
        Map.of("B/op", (double) Math.round(metrics.path(ALLOCATED).path("score").asDouble())),
        command);
  }
}
