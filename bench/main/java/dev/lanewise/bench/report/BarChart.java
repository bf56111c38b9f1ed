package dev.lanewise.bench.report;

import java.util.List;

/**
 * A group of figures as horizontal bars: medians, and the slowest to the fastest round as a line.
 */
final class BarChart {
  private static final int WIDTH = 900;
  private static final int LABELS = 250;
  private static final int VALUES = 110;
  private static final int TOP = 10;
  private static final int LEGEND_COLUMNS = 2;
  private static final int LEGEND_ROW = 18;
  private static final int BAR = 16;
  private static final int GAP = 10;
  private final Results results;
  private final String group;
  private final List<String> series;
  private final double most;
  private final Svg svg = new Svg();

  BarChart(Results results, String group) {
    this.results = results;
    this.group = group;
    series = results.series(group);
    most = results.of(group).mapToDouble(Figure::high).max().orElse(1);
  }

  /** The picture. */
  String svg() {
    int y = legend();
    for (String work : results.works(group)) {
      svg.text(LABELS - GAP, y + BAR * series.size() / 2 + 4, "end", work);
      for (int i = 0; i < series.size(); i++) {
        int top = y + i * BAR;
        String colour = Svg.colour(i);
        results.find(group, work, series.get(i)).ifPresent(figure -> bar(figure, top, colour));
      }
      y += series.size() * BAR + GAP;
    }
    return svg.picture(WIDTH, y);
  }

  /** Returns where the bars begin. */
  private int legend() {
    String unit = results.of(group).findFirst().map(Figure::unit).orElse("");
    svg.text(GAP, TOP + 10, "start", group + ", " + unit);
    for (int i = 0; i < series.size(); i++) {
      int x = LABELS + i % LEGEND_COLUMNS * ((WIDTH - LABELS) / LEGEND_COLUMNS);
      int y = TOP + i / LEGEND_COLUMNS * LEGEND_ROW;
      svg.rect(x, y, 12, 12, Svg.colour(i));
      svg.text(x + 18, y + 10, "start", series.get(i));
    }
    return TOP + Math.ceilDiv(series.size(), LEGEND_COLUMNS) * LEGEND_ROW + GAP;
  }

  private void bar(Figure figure, int y, String colour) {
    svg.rect(LABELS, y, length(figure.median()), BAR - 2, colour);
    int middle = y + BAR / 2 - 1;
    int right = LABELS + length(figure.high());
    svg.line(LABELS + length(figure.low()), middle, right, middle, "black");
    svg.text(right + 6, y + BAR - 4, "start", Tables.number(figure.median()));
  }

  private int length(double value) {
    return (int) Math.round((WIDTH - LABELS - VALUES) * value / most);
  }
}
