package dev.lanewise.cli.report;

import dev.lanewise.cli.run.Json;
import dev.lanewise.cli.run.MetricsFile;
import dev.lanewise.cli.run.RunFolder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/**
 * What a run measured while it trained: every number of {@code metrics.jsonl} and {@code
 * timings.jsonl}, under its key there, over the steps done.
 *
 * @param steps measured at each step; where there are many, each point is the mean of some
 *     successive ones
 * @param epochs measured after each epoch
 */
public record Curves(Map<String, Curve> steps, Map<String, Curve> epochs) {
  private static final int MOST_POINTS = 600;

  /**
   * One curve.
   *
   * @param x steps done
   * @param y the values, as many
   */
  public record Curve(List<Double> x, List<Double> y) {
    private Curve() {
      this(new ArrayList<>(), new ArrayList<>());
    }

    private void add(double at, double value) {
      x.add(at);
      y.add(value);
    }

    private Curve thinned() {
      int stride = Math.ceilDiv(x.size(), MOST_POINTS);
      if (stride <= 1) {
        return this;
      }
      Curve thin = new Curve();
      for (int from = 0; from < x.size(); from += stride) {
        int to = Math.min(x.size(), from + stride);
        thin.add(mean(x.subList(from, to)), mean(y.subList(from, to)));
      }
      return thin;
    }

    private static double mean(List<Double> values) {
      return values.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
    }
  }

  /** Reads what the run in {@code folder} has measured so far. */
  public static Curves of(RunFolder folder) {
    Map<String, Curve> steps = new LinkedHashMap<>();
    Map<String, Curve> epochs = new LinkedHashMap<>();
    Map<Integer, Double> ends = new LinkedHashMap<>();
    for (JsonNode line : Json.lines(folder.metrics())) {
      switch (line.path("kind").asString("")) {
        case "step" -> collect(line, line.path("step").asDouble() + 1, steps);
        case "epoch" -> {
          ends.put(line.path("epoch").asInt(), line.path("steps").asDouble());
          collect(line, line.path("steps").asDouble(), epochs);
        }
        default -> {
          // the line that names the run
        }
      }
    }
    Map<Integer, JsonNode> timings = new TreeMap<>();
    for (JsonNode line : Json.lines(folder.timings())) {
      timings.put(line.path("epoch").asInt(), line); // of an epoch done twice the later one
    }
    ends.forEach(
        (epoch, end) -> {
          JsonNode line = timings.get(epoch);
          if (line != null) {
            collect(line, end, epochs);
          }
        });
    steps.replaceAll((_, curve) -> curve.thinned());
    return new Curves(steps, epochs);
  }

  private static void collect(JsonNode line, double at, Map<String, Curve> curves) {
    line.properties()
        .forEach(
            entry -> {
              if (entry.getValue().isNumber() && !MetricsFile.POSITIONS.contains(entry.getKey())) {
                curves
                    .computeIfAbsent(entry.getKey(), _ -> new Curve())
                    .add(at, entry.getValue().asDouble());
              }
            });
  }
}
