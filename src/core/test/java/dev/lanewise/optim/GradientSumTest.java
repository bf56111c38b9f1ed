package dev.lanewise.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lanewise.engine.KernelChoice;
import dev.lanewise.tensor.DType;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class GradientSumTest {

  @Test
  void isTheMeanOverAllSamplesForAnyNumberOfThreads() {
    long[] counts = {64, 64, 17};
    List<float[]> results = new ArrayList<>();
    for (int threads : new int[] {1, 2, 3}) {
      try (var engine = Cases.engine(KernelChoice.VECTOR, threads);
          var parameters = Cases.parameters(DType.F32);
          var sum = GradientSum.of(engine, parameters)) {
        for (int round = 0; round < 2; round++) {
          float[] expected = new float[(int) parameters.gradients().flat().size()];
          for (int j = 0; j < counts.length; j++) {
            Cases.randomize(parameters.gradients(), 7L * round + j, 1);
            float[] g = parameters.gradients().flat().toFloats();
            for (int i = 0; i < g.length; i++) {
              expected[i] =
                  j == 0 ? g[i] * counts[j] : Math.fma(g[i], (float) counts[j], expected[i]);
            }
            sum.add(counts[j]);
          }
          for (int i = 0; i < expected.length; i++) {
            expected[i] /= 145;
          }
          sum.finish();
          assertThat(parameters.gradients().flat().toFloats()).isEqualTo(expected);
        }
        results.add(parameters.gradients().flat().toFloats());
      }
    }
    assertThat(results.get(1)).isEqualTo(results.get(0));
    assertThat(results.get(2)).isEqualTo(results.get(0));
  }

  @Test
  void refusesTheMeanOfNothing() {
    try (var engine = Cases.engine(KernelChoice.VECTOR, 1);
        var parameters = Cases.parameters(DType.F32);
        var sum = GradientSum.of(engine, parameters)) {
      Cases.randomize(parameters.gradients(), 5, 1);
      float[] before = parameters.gradients().flat().toFloats();
      assertThatThrownBy(sum::finish).isInstanceOf(IllegalStateException.class);
      assertThat(parameters.gradients().flat().toFloats()).isEqualTo(before);
    }
  }
}
