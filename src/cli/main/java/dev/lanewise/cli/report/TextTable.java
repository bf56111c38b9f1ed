package dev.lanewise.cli.report;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tables as text: columns of equal width, the first to the left, all others to the right. */
final class TextTable {
  private static final MathContext DIGITS = new MathContext(5);
  private static final String GAP = "  ";

  private TextTable() {}

  /** The rows as lines. */
  static List<String> lines(List<List<String>> rows) {
    int[] widths = new int[rows.getFirst().size()];
    for (List<String> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    List<String> lines = new ArrayList<>();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < widths.length; i++) {
        String padding = " ".repeat(widths[i] - row.get(i).length());
        line.append(i == 0 ? row.get(i) + padding : GAP + padding + row.get(i));
      }
      lines.add(line.toString().stripTrailing());
    }
    return lines;
  }

  /** The columns as rows. */
  static List<List<String>> transposed(List<List<String>> rows) {
    List<List<String>> columns = new ArrayList<>();
    for (int i = 0; i < rows.getFirst().size(); i++) {
      int column = i;
      columns.add(rows.stream().map(row -> row.get(column)).toList());
    }
    return columns;
  }

  /** A number in five significant digits, if it is not whole; nothing for null. */
  static String number(@Nullable Double value) {
    if (value == null) {
      return "";
    }
    if (value == Math.rint(value) || !Double.isFinite(value)) {
      return value == Math.rint(value) && Math.abs(value) < 1e15
          ? Long.toString(value.longValue())
          : Double.toString(value);
    }
    BigDecimal exact = BigDecimal.valueOf(value);
    int digits = Math.max(DIGITS.getPrecision(), exact.precision() - exact.scale());
    return exact.round(new MathContext(digits)).stripTrailingZeros().toPlainString();
  }
}
