package dev.lanewise.bench.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Writes the folder of results from raw runs: JSON of what was measured now, then the page and the
 * plots of everything there. Arguments: the folder of raw runs, the folder of results, and perhaps
 * a README that has the two marks.
 */
public final class Report {
  private static final String BEGIN = "<!-- figures -->";
  private static final String END = "<!-- /figures -->";

  private final Path results;

  private Report(Path results) {
    this.results = results;
  }

  /** See the class. */
  public static void main(String[] args) throws IOException {
    Report report = new Report(Files.createDirectories(Path.of(args[1])));
    report.record(new RawRuns(Path.of(args[0])));
    report.page();
    if (args.length > 2 && Results.read(report.results, "step").isPresent()) {
      report.figures(Path.of(args[2]));
    }
  }

  private void record(RawRuns raw) {
    Map<String, String> environment = raw.environment();
    Map.of(
            "step", raw.step(),
            "start", raw.start(),
            "gemm", raw.gemm(),
            "products", raw.products(),
            "scaling", raw.scaling(),
            "kernels", raw.kernels())
        .forEach(
            (name, figures) -> {
              if (!figures.isEmpty()) {
                new Results(environment, figures).write(results, name);
              }
            });
  }

  private void page() throws IOException {
    StringBuilder page =
        new StringBuilder(
            """
            # Results

            Written by `bench/run.sh`; not to be edited. A figure is the median of the rounds, with the slowest
            and the fastest round in parentheses; the commands of a table take turns within each round. More
            is better. What moved between two folders of results: `bench/compare.sh OLD NEW`. B/op is what an
            operation allocates on the heap, with its share of what JMH allocates in an iteration; of memory is the
            share of the faster of copy and triad with as many elements and threads. C[m, n] = A[m, k] B[k, n] is
            written m x n x k, with T where A or B is stored transposed.
            """);
    for (String name : Results.NAMES) {
      Optional<Results> found = Results.read(results, name);
      if (found.isPresent()) {
        section(page, name, found.get());
      }
    }
    Files.writeString(results.resolve("README.md"), page);
  }

  private void section(StringBuilder page, String name, Results found) throws IOException {
    for (String group : found.groups()) {
      String svg = file(group);
      String picture =
          name.equals("scaling")
              ? new LineChart(found, group).svg()
              : new BarChart(found, group).svg();
      Files.writeString(results.resolve(svg), picture);
      page.append("\n## ").append(group).append("\n\n");
      page.append(Tables.table(found, group)).append('\n');
      page.append("![").append(group).append("](").append(svg).append(")\n\n");
      page.append(Tables.commands(found, group));
    }
    page.append('\n').append(Tables.environment(found));
  }

  /** The plot of a group. */
  private static String file(String group) {
    return group.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-") + ".svg";
  }

  /** Puts the steps between the marks of {@code readme}. */
  private void figures(Path readme) throws IOException {
    List<String> lines = new ArrayList<>(Files.readAllLines(readme));
    int begin = lines.indexOf(BEGIN);
    int end = lines.indexOf(END);
    Optional<Results> steps = Results.read(results, "step");
    if (begin < 0 || end < begin || steps.isEmpty()) {
      throw new IllegalStateException(
          readme + ": needs the lines " + BEGIN + " and " + END + ", and figures of steps");
    }
    lines.subList(begin + 1, end).clear();
    String group = steps.get().groups().getFirst();
    String text =
        """
        ## Figures

        A whole training step, from `bench/run.sh`; commands, machine and other figures: [results](results/README.md).

        %s
        ![%s](results/%s)
        """
            .formatted(Tables.table(steps.get(), group), group, file(group));
    lines.addAll(begin + 1, text.lines().toList());
    Files.writeString(readme, String.join("\n", lines) + "\n");
  }
}
