package dev.lanewise.bench.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;

/**
 * The figures in JMH's JSON: of each benchmark its counter, every iteration of every fork as one
 * round, and the bytes allocated by an operation.
 *
 * @param command that measured it
 */
record JmhRun(String command) {
  private static final String MEMORY = "BandwidthBench.";
  private static final String ALLOCATED = "gc.alloc.rate.norm";

  /** What a benchmark counts per nanosecond, as a rate in the unit that people use. */
  private enum Counter {
    FLOP("GFLOP/s", 1),
    BYTES("GB/s", 1),
    SAMPLES("samples/s", 1e9),
    CALLS("million calls/s", 1e3);

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
    List<Figure> figures =
        StreamSupport.stream(benchmarks.spliterator(), false).map(this::figure).toList();
    Map<Traffic, Double> memory = new HashMap<>();
    figures.stream()
        .filter(figure -> figure.group().startsWith(MEMORY))
        .forEach(figure -> memory.merge(Traffic.of(figure), figure.median(), Math::max));
    return figures.stream().map(figure -> withShare(figure, memory)).toList();
  }

  /** What the memory is asked for: how many elements, by how many threads. */
  private record Traffic(int elements, int threads) {
    private static final int LEAST = 3008;

    static Traffic of(Figure figure) {
      return new Traffic(
          // the memory is measured with 3008 elements or more
          Math.max(LEAST, number(figure, "n", 0)), number(figure, "threads", 1));
    }

    private static int number(Figure figure, String parameter, int otherwise) {
      Matcher found = Pattern.compile("\\b" + parameter + " (\\d+)").matcher(figure.work());
      return found.find() ? Integer.parseInt(found.group(1)) : otherwise;
    }
  }

  private static Figure withShare(Figure figure, Map<Traffic, Double> memory) {
    Double most = memory.get(Traffic.of(figure));
    if (most == null || !figure.unit().equals(Counter.BYTES.unit)) {
      return figure;
    }
    Map<String, Double> also = new TreeMap<>(figure.also());
    also.put("% of memory", 100 * figure.median() / most);
    return Figure.of(
        figure.group(),
        figure.work(),
        figure.series(),
        figure.unit(),
        figure.rounds(),
        also,
        figure.command());
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
    String series = Stream.of("kernels", "mode").filter(params::has).findFirst().orElse("");
    String work =
        params.properties().stream()
            .filter(param -> !param.getKey().equals(series))
            .map(param -> param.getKey() + " " + param.getValue().asString())
            .collect(Collectors.joining(", "));
    String[] parts = name.split("\\.", -1);
    Map<String, Double> also = new TreeMap<>();
    also.put("B/op", (double) Math.round(metrics.path(ALLOCATED).path("score").asDouble()));
    if (counter == Counter.CALLS) {
      also.put(
          "ns",
          counter.scale
              / Figure.median(rounds.stream().mapToDouble(Double::doubleValue).toArray()));
    }
    return Figure.of(
        parts[parts.length - 2] + "." + parts[parts.length - 1],
        work.isEmpty() ? "one" : work,
        params.path(series).asString("measured"),
        counter.unit,
        rounds,
        also,
        command);
  }
}
