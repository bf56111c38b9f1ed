package dev.lanewise.nn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lanewise.tensor.DType;
import dev.lanewise.tensor.Shape;
import org.junit.jupiter.api.Test;

final class ModelSummaryTest {

  @Test
  void countsLayerByLayer() {
    try (var model =
        Sequential.of(
            Conv2d.of(1, 3, 3),
            Layers.relu(),
            Sequential.of(Layers.flatten(), Linear.of(48, 10)),
            BatchNorm.of(10))) {
      ModelSummary summary = model.summary(Shape.of(1, 6, 6), DType.F32);
      assertThat(summary.rows())
          .extracting(ModelSummary.Row::name)
          .containsExactly("0", "1", "2.0", "2.1", "3");
      assertThat(summary.rows())
          .extracting(row -> row.output().toString())
          .containsExactly("[3, 4, 4]", "[3, 4, 4]", "[48]", "[10]", "[10]");
      assertThat(summary.rows())
          .extracting(ModelSummary.Row::parameters)
          .containsExactly(30L, 0L, 0L, 490L, 20L);
      assertThat(summary.parameters()).isEqualTo(model.store().count());
      long convolution = 2 * 9 * 48 + 48;
      assertThat(summary.rows().get(0).flops()).isEqualTo(convolution);
      assertThat(summary.rows().get(1).flops()).isEqualTo(48);
      assertThat(summary.rows().get(2).flops()).isZero();
      assertThat(summary.rows().get(3).flops()).isEqualTo(2 * 48 * 10 + 10);
      String[] lines = summary.toString().split("\n");
      assertThat(lines).hasSize(7);
      assertThat(lines[0]).matches(" +layer +output +parameters +flops");
      assertThat(lines[4]).matches("2.1  Linear\\(48, 10\\) +\\[10] +490 +970");
      assertThat(lines[6]).matches(" +all +540 .*");
    }
  }

  @Test
  void takesIndices() {
    try (var model = Sequential.of(new Embedding(7, 3), new SinusoidalEncoding())) {
      ModelSummary summary = model.summary(Shape.of(5), DType.I32);
      assertThat(summary.rows()).extracting(r -> r.output().toString()).containsOnly("[5, 3]");
      assertThat(summary.parameters()).isEqualTo(21);
    }
  }
}
