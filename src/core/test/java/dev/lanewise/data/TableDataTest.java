package dev.lanewise.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.lanewise.io.CsvText;
import dev.lanewise.io.FormatException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TableDataTest {
  private static CsvText table(String text) {
    return CsvText.parse(text.getBytes(StandardCharsets.UTF_8), "test.csv", ',');
  }

  private static TableData.Options options(String target, boolean classes) {
    return new TableData.Options(target, classes, 0.25, 1);
  }

  @Test
  void columnsHaveTypes() {
    TableSchema schema =
        new TableSchema(
            TableSchema.learn(
                table("size,colour,price\n1,red,3\n3,blue,4\nNA,,5\n9,green,6\n"),
                "price",
                new int[] {0, 1, 2}),
            "price",
            0,
            1);
    assertThat(schema.columns())
        .containsExactly(
            new TableSchema.Column("size", 2, List.of()),
            new TableSchema.Column("colour", 0, List.of("blue", "red")));
    assertThat(schema.features(table("colour,more,size\nred,x,7\n?,x,?\ngreen,x,-1e1\n")))
        .containsExactly(7, 0, 1, 2, 0, 0, -10, 0, 0);
    assertThatThrownBy(() -> schema.features(table("size\n1\n")))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("no column \"colour\"");
    assertThatThrownBy(() -> schema.features(table("size,colour\nbig,red\n")))
        .hasMessage("test.csv: row 1, column \"size\": found \"big\", expected a finite number");
  }

  @Test
  void targetsThatAreNumbersAreStandardized() {
    try (Splits splits = TableData.of(table("x,y\n1,10\n2,20\n3,30\n4,40\n"), options("", false))) {
      assertThat(splits.train().size()).isEqualTo(3);
      TableSchema schema = splits.schema();
      assertThat(schema).isNotNull();
      double sum = 0;
      for (int i = 0; i < 3; i++) {
        float x = splits.train().sample(i).getFloat(0);
        float y = splits.train().target(i).getFloat(0);
        sum += y;
        assertThat(y * schema.targetDeviation() + schema.targetMean())
            .isCloseTo(10 * x, within(1e-5));
      }
      assertThat(sum).isCloseTo(0, within(1e-6));
      assertThat(splits.all().size()).isEqualTo(4);
    }
  }

  @Test
  void theCancerDataAreStratified() {
    try (Splits splits = BreastCancer.open(0.2, 1)) {
      assertThat(splits.train().classNames()).containsExactly("benign", "malignant");
      assertThat(splits.train().sampleShape().dims()).containsExactly(30);
      assertThat(splits.train().size() + splits.test().size()).isEqualTo(569);
      Set<Integer> seen = new HashSet<>();
      for (Splits fold : Folds.of(splits.all(), 10, 3)) {
        int malignant = 0;
        for (int i = 0; i < fold.test().size(); i++) {
          malignant += fold.test().target(i).getInt();
          seen.add(Arrays.hashCode(fold.test().sample(i).toFloats()));
        }
        assertThat(malignant).isBetween(21, 22);
        assertThat(fold.train().size() + fold.test().size()).isEqualTo(569);
      }
      assertThat(seen).hasSizeGreaterThan(560);
      assertThatThrownBy(() -> Folds.of(splits.all(), 1, 3)).isInstanceOf(DataException.class);
      assertThat(Folds.split(splits.all(), 0.5, 2).test().size()).isEqualTo(284);
    }
  }

  @Test
  void badTablesAreNamed() {
    assertThatThrownBy(() -> table("a,b\n1\n"))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("1 fields in line 2");
    assertThatThrownBy(() -> table("a,a\n1,2\n")).hasMessageContaining("a second column \"a\"");
    assertThatThrownBy(() -> table("a,b\n")).hasMessageContaining("no rows");
    assertThatThrownBy(() -> TableData.of(table("a,b\n1,2\n"), options("c", true)))
        .hasMessage("test.csv has no column \"c\"; expected one of [a, b]");
    assertThatThrownBy(() -> TableData.of(table("a,b\n1,\n2,3\n"), options("b", true)))
        .hasMessage("test.csv: row 1 has no target \"b\"");
    assertThatThrownBy(() -> TableData.of(table("b\nx\ny\nz\nx\n"), options("b", true)))
        .hasMessageContaining("has one column");
  }

  @Test
  void namesAreNoCategories() {
    StringBuilder rows = new StringBuilder("name,size,y\n");
    for (int i = 0; i < 20_000; i++) {
      rows.append("n").append(i).append(",1,").append(i % 2).append('\n');
    }
    CsvText table = table(rows.toString());
    assertThatThrownBy(() -> TableData.of(table, options("y", true)))
        .isInstanceOf(DataException.class)
        .hasMessage(
            "test.csv: 20000 rows of 15001 features are too many: the column \"name\" has 15000"
                + " categories; leave it out");
  }
}
