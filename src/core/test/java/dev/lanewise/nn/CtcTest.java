package dev.lanewise.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.lanewise.autodiff.Derivatives;
import dev.lanewise.autodiff.Tape;
import dev.lanewise.autodiff.Var;
import dev.lanewise.tensor.DType;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.ShapeException;
import dev.lanewise.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The recurrence against the sum over all alignments, written out. */
final class CtcTest {
  private static final int STEPS = 5;
  private static final int CLASSES = 4;
  private static final int[][] TARGETS = {{1, 2, 0}, {2, 2, 0}, {3, 0, 0}, {0, 0, 0}, {1, 3, 1}};
  private static final int[] TARGET_LENGTHS = {2, 2, 1, 0, 3};
  private static final int[] INPUT_LENGTHS = {5, 4, 3, 2, 5};

  private static Tensor ints(Tape tape, int[] values, long... dims) {
    return tape.scope().allocate(DType.I32, Shape.of(dims)).copyFrom(values);
  }

  private static Tensor targets(Tape tape, int shift) {
    int[] flat = new int[TARGETS.length * 3];
    for (int i = 0; i < flat.length; i++) {
      flat[i] = (TARGETS[i / 3][i % 3] + shift) % CLASSES;
    }
    return ints(tape, flat, TARGETS.length, 3);
  }

  private static Var loss(Var logits, int blank, Averaging averaging) {
    Tape tape = logits.tape();
    return Ctc.loss(
        logits.logSoftmax(2),
        targets(tape, blank),
        ints(tape, INPUT_LENGTHS, TARGETS.length),
        ints(tape, TARGET_LENGTHS, TARGETS.length),
        blank,
        averaging);
  }

  private static Var logits(Tape tape) {
    Shape shape = Shape.of(STEPS, TARGETS.length, CLASSES);
    double[] values = new Random(6).doubles(shape.size(), -2, 2).toArray();
    return tape.variable(tape.scope().allocate(DType.F64, shape).copyFrom(values));
  }

  private static double sumOverAlignments(double[] logProbs, int sample, int blank) {
    int steps = INPUT_LENGTHS[sample];
    List<Integer> target = new ArrayList<>();
    for (int s = 0; s < TARGET_LENGTHS[sample]; s++) {
      target.add((TARGETS[sample][s] + blank) % CLASSES);
    }
    double sum = 0;
    for (int path = 0; path < Math.pow(CLASSES, steps); path++) {
      List<Integer> merged = new ArrayList<>();
      double log = 0;
      int before = -1;
      for (int t = 0, rest = path; t < steps; t++, rest /= CLASSES) {
        int label = rest % CLASSES;
        log += logProbs[(t * TARGETS.length + sample) * CLASSES + label];
        if (label != before && label != blank) {
          merged.add(label);
        }
        before = label;
      }
      sum += merged.equals(target) ? Math.exp(log) : 0;
    }
    return sum;
  }

  @Test
  void sumsOverAllAlignments() {
    try (Tape tape = Tape.open()) {
      Var logits = logits(tape);
      double[] logProbs = logits.logSoftmax(2).tensor().toDoubles();
      for (int blank : new int[] {0, 2}) {
        double[] found = loss(logits, blank, Averaging.NONE).tensor().toDoubles();
        double mean = 0;
        for (int n = 0; n < found.length; n++) {
          double expected = -Math.log(sumOverAlignments(logProbs, n, blank));
          assertThat(found[n]).as("sample " + n).isCloseTo(expected, within(1e-12));
          mean += expected / Math.max(1, TARGET_LENGTHS[n]) / found.length;
        }
        assertThat(loss(logits, blank, Averaging.MEAN).item()).isCloseTo(mean, within(1e-12));
      }
    }
  }

  @Test
  void derivatives() {
    Derivatives.check(
        "ctc",
        in -> List.of(loss(in[0], 0, Averaging.NONE)),
        Shape.of(STEPS, TARGETS.length, CLASSES));
  }

  @Test
  void targetsThatDoNotFitTheInputCostInfinity() {
    try (Tape tape = Tape.open()) {
      Var logits = tape.variable(tape.scope().zeros(DType.F64, Shape.of(2, 1, 3)));
      Tensor lengths = ints(tape, new int[] {2}, 1);
      Var loss =
          Ctc.loss(
              logits.logSoftmax(2),
              ints(tape, new int[] {1, 1}, 1, 2),
              lengths,
              lengths,
              0,
              Averaging.MEAN);
      assertThat(loss.item()).isEqualTo(Double.POSITIVE_INFINITY);
      tape.backward(loss);
      assertThat(tape.gradient(logits).toDoubles()).containsOnly(0);
    }
  }

  @Test
  void refusesWhatDoesNotFit() {
    try (Tape tape = Tape.open()) {
      Var x = tape.variable(tape.scope().zeros(DType.F64, Shape.of(2, 1, 3)));
      Tensor one = ints(tape, new int[] {1}, 1);
      Tensor target = ints(tape, new int[] {1}, 1, 1);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Ctc.loss(x, target, one, one, 1, Averaging.MEAN))
          .withMessage("ctc: a target contains the blank, 1");
      assertThatIllegalArgumentException()
          .isThrownBy(
              () -> Ctc.loss(x, target, ints(tape, new int[] {3}, 1), one, 0, Averaging.MEAN))
          .withMessage("ctc: input length must be between 1 and 2, found 3");
      assertThatExceptionOfType(ShapeException.class)
          .isThrownBy(() -> Ctc.loss(x, one, one, one, 0, Averaging.MEAN));
    }
  }
}
