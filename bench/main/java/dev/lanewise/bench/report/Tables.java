package dev.lanewise.bench.report;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Results as Markdown. */
final class Tables {
  /** Of the pairs that a table has, each ratio is a column of its own. */
  private static final List<List<String>> RATIOS =
      List.of(
          List.of("vector", "openblas"),
          List.of("strict", "fast"),
          List.of("strict", "pytorch"),
          List.of("vector", "scalar"));

  private Tables() {}

  /** Where and when, as one paragraph. */
  static String environment(Results results) {
    return results.environment().entrySet().stream()
            .map(entry -> entry.getKey() + ": " + entry.getValue())
            .collect(Collectors.joining(" · "))
        + "\n";
  }

  /** The table of a group: works down, series across, medians with the slowest and fastest. */
  static String table(Results results, String group) {
    List<String> series = results.series(group);
    List<Pair> ratios = ratios(series);
    StringBuilder out = new StringBuilder();
    List<String> head = new ArrayList<>(series);
    head.addFirst(results.of(group).findFirst().map(Figure::unit).orElse(""));
    ratios.forEach(pair -> head.add(word(pair.above) + " / " + word(pair.below)));
    row(out, head);
    row(out, head.stream().map(_ -> "---").toList());
    for (String work : results.works(group)) {
      List<String> cells = new ArrayList<>();
      cells.add(work);
      for (String column : series) {
        cells.add(results.find(group, work, column).map(Tables::cell).orElse(""));
      }
      ratios.forEach(pair -> cells.add(pair.of(results, group, work)));
      row(out, cells);
    }
    return out.toString();
  }

  /** The commands that measured a group, each once. */
  static String commands(Results results, String group) {
    Set<String> commands =
        results.of(group).map(Figure::command).collect(Collectors.toCollection(LinkedHashSet::new));
    return "```sh\n" + String.join("\n", commands) + "\n```\n";
  }

  /** Two series whose ratio is of interest. */
  private record Pair(String above, String below) {
    String of(Results results, String group, String work) {
      Optional<Figure> first = results.find(group, work, above);
      Optional<Figure> second = results.find(group, work, below);
      return first.isPresent() && second.isPresent()
          ? String.format(Locale.ROOT, "%.2f", first.get().median() / second.get().median())
          : "";
    }
  }

  private static List<Pair> ratios(List<String> series) {
    List<Pair> pairs = new ArrayList<>();
    for (List<String> words : RATIOS) {
      Optional<String> above = find(series, words.getFirst());
      Optional<String> below = find(series, words.getLast());
      if (above.isPresent() && below.isPresent()) {
        pairs.add(new Pair(above.get(), below.get()));
      }
    }
    return pairs;
  }

  private static Optional<String> find(List<String> series, String word) {
    return series.stream().filter(name -> word(name).equals(word)).findFirst();
  }

  /** {@code strict} of {@code strict (vector)}, in lower case. */
  private static String word(String series) {
    return series.split(" ", 2)[0].toLowerCase(Locale.ROOT);
  }

  private static String cell(Figure figure) {
    String also =
        figure.also().entrySet().stream()
            .map(entry -> ", " + number(entry.getValue()) + " " + entry.getKey())
            .collect(Collectors.joining());
    return "**%s** (%s to %s)%s"
        .formatted(number(figure.median()), number(figure.low()), number(figure.high()), also);
  }

  /** Three digits, or all before the point. */
  static String number(double value) {
    if (value == 0) {
      return "0";
    }
    int digits = (int) Math.floor(Math.log10(Math.abs(value)));
    return String.format(Locale.ROOT, "%,." + Math.clamp(2 - digits, 0, 6) + "f", value);
  }

  private static void row(StringBuilder out, List<String> cells) {
    out.append("| ").append(String.join(" | ", cells)).append(" |\n");
  }
}
