package dev.lanewise.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lanewise.autodiff.Tape;
import dev.lanewise.autodiff.Var;
import dev.lanewise.nn.Loss;
import dev.lanewise.tensor.DType;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import org.junit.jupiter.api.Test;

/** What is measured follows from the loss. */
final class MeasuresTest {

  private static Tensor numbers(Tape tape, double[] values, long... dims) {
    return tape.scope().allocate(DType.F32, Shape.of(dims)).copyFrom(values);
  }

  private static Evaluation measure(Loss loss, Var output, Tensor target) {
    Measures measures = new Measures(loss);
    measures.add(output, target);
    Totals totals = new Totals();
    totals.add(0.5, Double.NaN, output.shape().dim(0));
    return measures.evaluation(totals);
  }

  @Test
  void classes() {
    try (Tape tape = Tape.open()) {
      Var output = tape.constant(numbers(tape, new double[] {1, 3, 2, 9, 8, 7}, 2, 3));
      Tensor target = tape.scope().allocate(DType.I32, Shape.of(2)).copyFrom(new int[] {1, 2});
      Evaluation found = measure(Loss.crossEntropy(), output, target);
      assertThat(found.accuracy()).isEqualTo(0.5);
      assertThat(found.classes().topK(3)).isEqualTo(1);
      assertThat(found.numbers()).isNull();
      assertThat(Measures.accuracy(Loss.crossEntropy(), output, target)).isEqualTo(0.5);
    }
  }

  @Test
  void placesOfSequencesCountLikeSamples() {
    try (Tape tape = Tape.open()) {
      Var output = tape.constant(numbers(tape, new double[] {1, 3, 2, 9, 8, 7, 4, 5}, 2, 2, 2));
      Tensor target =
          tape.scope().allocate(DType.I32, Shape.of(2, 2)).copyFrom(new int[] {1, 0, 0, 1});
      assertThat(Measures.accuracy(Loss.crossEntropy(), output, target)).isEqualTo(0.75);
      Evaluation found = measure(Loss.crossEntropy(), output, target);
      assertThat(found.accuracy()).isEqualTo(0.75);
      assertThat(found.classes().samples()).isEqualTo(4);
    }
  }

  @Test
  void softClassesAndIgnoredOnes() {
    try (Tape tape = Tape.open()) {
      Var output = tape.constant(numbers(tape, new double[] {1, 3, 2, 9, 8, 7}, 2, 3));
      Tensor soft = numbers(tape, new double[] {0.1, 0.6, 0.3, 0.3, 0.3, 0.4}, 2, 3);
      assertThat(Measures.accuracy(Loss.crossEntropy(), output, soft)).isEqualTo(0.5);
      assertThat(measure(Loss.crossEntropy(), output, soft).accuracy()).isEqualTo(0.5);
      Tensor ignored =
          tape.scope().allocate(DType.I64, Shape.of(2)).copyFrom(new long[] {1, Loss.IGNORED});
      assertThat(Measures.accuracy(Loss.nll(), output, ignored)).isEqualTo(1);
      assertThat(measure(Loss.nll(), output, ignored).accuracy()).isEqualTo(1);
    }
  }

  @Test
  void yesAndNo() {
    try (Tape tape = Tape.open()) {
      Var output = tape.constant(numbers(tape, new double[] {-2, 0.5, 3, -1}, 4, 1));
      Tensor target = numbers(tape, new double[] {0, 1, 1, 1}, 4, 1);
      Evaluation found = measure(Loss.bceWithLogits(), output, target);
      assertThat(found.accuracy()).isEqualTo(0.75);
      assertThat(found.classes().rocAuc()).isEqualTo(1);
      double loss = Loss.bceWithLogits().of(output, tape.constant(target)).item();
      assertThat(found.classes().logLoss()).isCloseTo(loss, within(1e-6));
      assertThat(Measures.accuracy(Loss.bceWithLogits(), output, target)).isEqualTo(0.75);
    }
  }

  @Test
  void numbersAndOther() {
    try (Tape tape = Tape.open()) {
      Var output = tape.constant(numbers(tape, new double[] {1, 2, 3, 5}, 4, 1));
      Tensor target = numbers(tape, new double[] {1, 2, 3, 4}, 4, 1);
      Evaluation found = measure(Loss.mse(), output, target);
      assertThat(found.accuracy()).isNaN();
      assertThat(found.numbers().rmse()).isEqualTo(0.5);
      assertThat(found.numbers().r2()).isCloseTo(0.8, within(1e-12));
      Evaluation other = measure(Loss.hinge(), output, target);
      assertThat(other.numbers()).isNull();
      assertThat(other.classes()).isNull();
    }
  }
}
