package dev.lanewise.bench.report;

import java.util.List;

/** A picture, shape by shape. Text stays text: files are small, and the same on every machine. */
final class Svg {
  /** Okabe and Ito's colours, which the colour-blind can tell apart. */
  private static final List<String> COLOURS =
      List.of(
          "#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#999999", "#f0e442");

  private final StringBuilder body = new StringBuilder();

  /** The colour of series {@code index}. */
  static String colour(int index) {
    return COLOURS.get(index % COLOURS.size());
  }

  void rect(int x, int y, int width, int height, String colour) {
    add(
        "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"%s\"/>"
            .formatted(x, y, width, height, colour));
  }

  void line(int x1, int y1, int x2, int y2, String colour) {
    add(
        "<line x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\" stroke=\"%s\"/>"
            .formatted(x1, y1, x2, y2, colour));
  }

  void dot(int x, int y, String colour) {
    add("<circle cx=\"%d\" cy=\"%d\" r=\"3\" fill=\"%s\"/>".formatted(x, y, colour));
  }

  void text(int x, int y, String anchor, String text) {
    String escaped = text.replace("&", "&amp;").replace("<", "&lt;");
    add("<text x=\"%d\" y=\"%d\" text-anchor=\"%s\">%s</text>".formatted(x, y, anchor, escaped));
  }

  /** Everything so far. */
  String picture(int width, int height) {
    return """
    <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %1$d %2$d" width="%1$d" height="%2$d" \
    font-family="sans-serif" font-size="12">
    <rect width="%1$d" height="%2$d" fill="white"/>
    %3$s</svg>
    """
        .formatted(width, height, body);
  }

  private void add(String element) {
    body.append(element).append('\n');
  }
}
