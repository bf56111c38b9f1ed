package dev.lanewise.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lanewise.io.FormatException;
import dev.lanewise.tensor.OffHeap;
import dev.lanewise.tensor.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CsvDataTest {
  private static final String TABLE = "a,b,c\n1,2,0\n3,4,1\n5,6,2\n7,8,0\n";

  @TempDir Path folder;

  @Test
  void readsClassesAndNumbers() throws IOException {
    long live = OffHeap.liveBytes();
    try (Splits data = CsvData.open(file(TABLE), CsvOptions.classes().withSplit(0.25, 3))) {
      assertThat(data.train().size()).isEqualTo(3);
      assertThat(data.test().size()).isEqualTo(1);
      assertThat(data.train().classes()).isEqualTo(3);
      assertThat(data.train().sampleShape()).isEqualTo(Shape.of(2));
      for (int i = 0; i < 3; i++) {
        float a = data.train().sample(i).getFloat(0);
        assertThat(data.train().sample(i).getFloat(1)).isEqualTo(a + 1);
        assertThat(data.train().target(i).getInt()).isEqualTo((int) (a - 1) / 2 % 3);
      }
    }
    for (String target : new String[] {"b", "2"}) {
      CsvOptions options = CsvOptions.numbers().withTarget(target).withSeparator(';');
      try (Splits data = CsvData.open(file(TABLE.replace(',', ';')), options)) {
        assertThat(data.test().size()).isEqualTo(1);
        assertThat(data.train().isClassification()).isFalse();
        float a = data.train().sample(0).getFloat(0);
        assertThat(data.train().target(0).toFloats()).containsExactly(a + 1);
      }
    }
    assertThat(OffHeap.liveBytes()).isEqualTo(live);
  }

  @Test
  void refusesWhatDoesNotFit() throws IOException {
    Path missing = folder.resolve("missing.csv");
    assertThatThrownBy(() -> CsvData.open(missing, CsvOptions.classes()))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("missing.csv");
    refused(TABLE, CsvOptions.classes().withTarget("d"), "no column \"d\"; expected one of [a,");
    refused("1,2\n3,4", CsvOptions.classes().withTarget("3"), "expected 1 to 2");
    refused("1\n2", CsvOptions.classes(), "one column");
    refused("1,0.5\n2,1", CsvOptions.classes(), "row 1, column 2 is 0.5, expected an integer");
    refused("1,0\n2,-1", CsvOptions.classes(), "row 2, column 2 is -1.0");
    refused("1,1e9\n2,1", CsvOptions.classes(), "expected an integer from 0 to 65535");
    refused("1,1", CsvOptions.classes(), "cannot split 1 samples");
    refused("1e200,1\n2,1", CsvOptions.numbers(), "too large for 32-bit floats");
    Path bad = file("a,b\n1,x\n");
    assertThatThrownBy(() -> CsvData.open(bad, CsvOptions.numbers()))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("\"x\" in line 2");
  }

  private void refused(String text, CsvOptions options, String message) throws IOException {
    Path file = file(text);
    long live = OffHeap.liveBytes();
    assertThatThrownBy(() -> CsvData.open(file, options))
        .isInstanceOf(DataException.class)
        .hasMessageContaining(message);
    assertThat(OffHeap.liveBytes()).isEqualTo(live);
  }

  private Path file(String text) throws IOException {
    return Files.writeString(folder.resolve("t.csv"), text);
  }
}
