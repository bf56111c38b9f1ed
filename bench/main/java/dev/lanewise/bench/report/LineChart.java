package dev.lanewise.bench.report;

import java.util.List;
import java.util.Optional;

/**
 * How the duration of a step grows with its size, both axes logarithmic: a line of slope one is
 * cost in proportion to work, and a jump in it is a cliff.
 */
final class LineChart {
  private static final int WIDTH = 900;
  private static final int HEIGHT = 460;
  private static final int LEFT = 80;
  private static final int RIGHT = 200;
  private static final int TOP = 40;
  private static final int BOTTOM = 40;
  private static final String DURATION = "ms";

  private final Results results;
  private final String group;
  private final List<String> works;
  private final double least;
  private final double most;
  private final Svg svg = new Svg();

  LineChart(Results results, String group) {
    this.results = results;
    this.group = group;
    works = results.works(group);
    least = power(results.of(group).mapToDouble(LineChart::duration).min().orElse(1), false);
    most = power(results.of(group).mapToDouble(LineChart::duration).max().orElse(10), true);
  }

  /** The picture. */
  String svg() {
    svg.text(LEFT, TOP - 20, "start", group + ": milliseconds of a step");
    for (double value = least; value <= most * 1.01; value *= 10) {
      svg.line(LEFT, y(value), WIDTH - RIGHT, y(value), "#dddddd");
      svg.text(LEFT - 8, y(value) + 4, "end", Tables.number(value));
    }
    for (String work : works) {
      svg.text(x(work), HEIGHT - BOTTOM + 20, "middle", work.split(" ", 2)[1]);
    }
    List<String> series = results.series(group);
    for (int i = 0; i < series.size(); i++) {
      curve(series.get(i), Svg.colour(i));
      svg.rect(WIDTH - RIGHT + 20, TOP + 20 * i, 12, 12, Svg.colour(i));
      svg.text(WIDTH - RIGHT + 38, TOP + 20 * i + 10, "start", series.get(i));
    }
    return svg.picture(WIDTH, HEIGHT);
  }

  private void curve(String series, String colour) {
    Optional<Figure> before = Optional.empty();
    for (String work : works) {
      Optional<Figure> found = results.find(group, work, series);
      if (found.isPresent()) {
        Figure now = found.get();
        int x = x(work);
        int y = y(duration(now));
        svg.dot(x, y, colour);
        before.ifPresent(last -> svg.line(x(last.work()), y(duration(last)), x, y, colour));
        before = found;
      }
    }
  }

  private static double duration(Figure figure) {
    return figure.also().getOrDefault(DURATION, 1.0);
  }

  /** The power of ten next to {@code value}. */
  private static double power(double value, boolean above) {
    double exponent = Math.log10(value);
    return Math.pow(10, above ? Math.ceil(exponent) : Math.floor(exponent));
  }

  private int x(String work) {
    double first = size(works.getFirst());
    double share = Math.log(size(work) / first) / Math.log(size(works.getLast()) / first);
    return LEFT + 20 + (int) Math.round((WIDTH - RIGHT - LEFT - 40) * share);
  }

  /** The number in {@code batch 64}. */
  private static double size(String work) {
    return Double.parseDouble(work.split(" ", 2)[1]);
  }

  private int y(double value) {
    double share = Math.log(value / least) / Math.log(most / least);
    return HEIGHT - BOTTOM - (int) Math.round((HEIGHT - BOTTOM - TOP) * share);
  }
}
