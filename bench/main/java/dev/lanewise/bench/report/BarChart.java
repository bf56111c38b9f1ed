package dev.lanewise.bench.report;

import java.util.List;

/**
 * A group of figures as horizontal bars in SVG: medians, and the slowest to the fastest round as a
 * line. The text stays text, so that the file is small and the same on every machine.
 */
final class BarChart {
  private static final int WIDTH = 900;
  private static final int LABELS = 250;
  private static final int VALUES = 110;
  private static final int TOP = 44;
  private static final int BAR = 16;
  private static final int GAP = 10;
  private static final List<String> COLOURS = List.of("#0072b2", "#e69f00", "#009e73", "#cc79a7");

  private final Results results;
  private final String group;
  private final List<String> series;
  private final double most;
  private final StringBuilder body = new StringBuilder();

  BarChart(Results results, String group) {
    this.results = results;
    this.group = group;
    series = results.series(group);
    most = results.of(group).mapToDouble(Figure::high).max().orElse(1);
  }

  /** The picture. */
  String svg() {
    legend();
    int y = TOP;
    for (String work : results.works(group)) {
      text(LABELS - GAP, y + BAR * series.size() / 2 + 4, "end", work);
      for (int i = 0; i < series.size(); i++) {
        int top = y + i * BAR;
        String colour = COLOURS.get(i % COLOURS.size());
        results.find(group, work, series.get(i)).ifPresent(figure -> bar(figure, top, colour));
      }
      y += series.size() * BAR + GAP;
    }
    return """
    <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %1$d %2$d" width="%1$d" height="%2$d" \
    font-family="sans-serif" font-size="12">
    <rect width="%1$d" height="%2$d" fill="white"/>
    %3$s</svg>
    """
        .formatted(WIDTH, y, body);
  }

  private void legend() {
    String unit = results.of(group).findFirst().map(Figure::unit).orElse("");
    text(GAP, 20, "start", group + ", " + unit);
    for (int i = 0; i < series.size(); i++) {
      int x = LABELS + i * 150;
      rect(x, 10, 12, 12, COLOURS.get(i % COLOURS.size()));
      text(x + 18, 20, "start", series.get(i));
    }
  }

  private void bar(Figure figure, int y, String colour) {
    rect(LABELS, y, length(figure.median()), BAR - 2, colour);
    int middle = y + BAR / 2 - 1;
    int left = LABELS + length(figure.low());
    int right = LABELS + length(figure.high());
    add(
        "<line x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\" stroke=\"black\"/>"
            .formatted(left, middle, right, middle));
    text(right + 6, y + BAR - 4, "start", Tables.number(figure.median()));
  }

  private int length(double value) {
    return (int) Math.round((WIDTH - LABELS - VALUES) * value / most);
  }

  private void rect(int x, int y, int width, int height, String colour) {
    add(
        "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"%s\"/>"
            .formatted(x, y, width, height, colour));
  }

  private void text(int x, int y, String anchor, String text) {
    String escaped = text.replace("&", "&amp;").replace("<", "&lt;");
    add("<text x=\"%d\" y=\"%d\" text-anchor=\"%s\">%s</text>".formatted(x, y, anchor, escaped));
  }

  private void add(String element) {
    body.append(element).append('\n');
  }
}
