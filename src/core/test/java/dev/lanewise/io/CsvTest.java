package dev.lanewise.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class CsvTest {
  @Test
  void readsNumbersWithAndWithoutAHeader() {
    CsvTable table = parse("a,\"b, \"\"c\"\"\",d\r\n1, -2.5 ,\"3e2\"\r\n\r\n+.5,6.,007");
    assertThat(table.names()).containsExactly("a", "b, \"c\"", "d");
    assertThat(table.rows()).isEqualTo(2);
    assertThat(table.columns()).isEqualTo(3);
    assertThat(row(table, 0)).containsExactly(1, -2.5, 300);
    assertThat(row(table, 1)).containsExactly(.5, 6, 7);

    CsvTable bare = parse("\uFEFF1,2\n3,4\n");
    assertThat(bare.names()).isEmpty();
    assertThat(row(bare, 0)).containsExactly(1, 2);
    assertThat(row(bare, 1)).containsExactly(3, 4);
    assertThat(parse("\"a\nb\"\n5").names()).containsExactly("a\nb");
  }

  @Test
  void readsWhatIsLongerThanItsBuffers() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 20_000; i++) {
      text.append(i).append(',').append(i / 8.0).append(",\"").append(-i).append("\"\n");
    }
    CsvTable table = parse(text.toString());
    assertThat(table.rows()).isEqualTo(20_000);
    for (int i = 0; i < 20_000; i++) {
      assertThat(row(table, i)).containsExactly(i, i / 8.0, -i);
    }
  }

  @Test
  void saysWhereANumberIsMissing() {
    refused("x,y\n1,2\n3,oops\n", 10, "\"oops\" in line 3, column 2 (\"y\")", "a finite number");
    refused("1,2\n3,\n", 6, "nothing in line 2, column 2", "a finite number");
    refused("1,2\n\n\n3", 6, "1 fields in line 4", "2 as in the first record");
    refused("1\n2,3", 2, "2 fields in line 2", "1 as in the first record");
    for (String text : new String[] {"NaN", "1e999", "0x1p3", "1f", "1d", "Infinity", "1 2", "."}) {
      refused("1\n" + text, 2, "\"" + text + "\" in line 2", "a finite number");
    }
    refused("1\n" + "9".repeat(500_000), 2, "999...\" in line 2", "a finite number");
  }

  @Test
  void refusesWhatIsNoTable() {
    refused("", 0, "no records", "a table of numbers");
    refused("\n\r\n", 0, "no records", "a table of numbers");
    refused("a,b\n", 0, "a header alone", "rows of numbers");
    refused("a,b,a\n1,2,3", 4, "a second column \"a\"", "once");
    refused("1,\"2", 2, "a quote that is never closed in line 1", "closing quote");
    refused("1,\"2\"3", 5, "text after a closing quote in line 1", "the next field");
    refused("1,2\"\n", 3, "a quote inside a field in line 1", "quotes around");
    refused("1\r2", 2, "a carriage return alone in line 1", "a line feed");
    refused("1\n\0", 2, "\"?\" in line 2", "a finite number");
  }

  private static CsvTable parse(String text) {
    return Csv.parse(text.getBytes(StandardCharsets.UTF_8), "t.csv", ',');
  }

  private static double[] row(CsvTable table, int row) {
    double[] values = new double[table.columns()];
    Arrays.setAll(values, i -> table.value(row, i));
    return values;
  }

  private static void refused(String text, long offset, String found, String expected) {
    assertThatThrownBy(() -> parse(text))
        .isInstanceOfSatisfying(
            FormatException.class,
            e -> {
              assertThat(e.found()).contains(found);
              assertThat(e.expected()).contains(expected);
              assertThat(e.offset()).isEqualTo(offset);
              assertThat(e.file()).isEqualTo("t.csv");
            });
  }
}
