package dev.lanewise.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.lanewise.autodiff.Derivatives;
import dev.lanewise.autodiff.Tape;
import dev.lanewise.autodiff.Var;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.ShapeException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Derivatives of every loss, and what a loss does at its edges. */
final class LossTest {
  private static final Shape SHAPE = Shape.of(5, 4);
  private static final List<Double> WEIGHT = List.of(0.5, 2.0, 1.25, 0.75);

  static List<Loss> ofNumbers() {
    List<Loss> losses = new ArrayList<>();
    for (Averaging a : Averaging.values()) {
      losses.add(new Loss.MeanSquaredError(a));
      losses.add(new Loss.AbsoluteError(a));
      losses.add(new Loss.Huber(0.7, a));
      losses.add(new Loss.SmoothL1(0.7, a));
      losses.add(new Loss.SmoothL1(0, a));
      losses.add(new Loss.BceWithLogits(List.of(), a));
      losses.add(new Loss.BceWithLogits(WEIGHT, a));
      losses.add(new Loss.Hinge(a));
    }
    return losses;
  }

  static List<Loss> ofClasses() {
    List<Loss> losses = new ArrayList<>();
    for (Averaging a : Averaging.values()) {
      for (List<Double> weight : List.of(List.<Double>of(), WEIGHT)) {
        losses.add(new Loss.CrossEntropy(0, 2, weight, a));
        losses.add(new Loss.CrossEntropy(0.2, 2, weight, a));
        losses.add(new Loss.NegativeLogLikelihood(2, weight, a));
        losses.add(new Loss.Focal(2, 2, weight, a));
      }
    }
    return losses;
  }

  @ParameterizedTest
  @MethodSource("ofNumbers")
  void derivativesByOutputAndTarget(Loss loss) {
    Derivatives.check(loss.toString(), in -> List.of(loss.of(in[0], in[1])), SHAPE, SHAPE);
  }

  @ParameterizedTest
  @MethodSource("ofClasses")
  void derivativesByScores(Loss loss) {
    Derivatives.check(loss.toString(), in -> List.of(loss.of(in[0], classes(in[0].tape()))), SHAPE);
  }

  @ParameterizedTest
  @EnumSource(Averaging.class)
  void derivativesByProbabilities(Averaging averaging) {
    var entropy = new Loss.CrossEntropy(0.1, Loss.IGNORED, WEIGHT, averaging);
    var divergence = new Loss.KlDivergence(averaging);
    Derivatives.check(
        "probabilities",
        in ->
            List.of(
                entropy.of(in[0], in[1].softmax(1)),
                divergence.of(in[0].logSoftmax(1), in[1].softmax(1))),
        SHAPE,
        SHAPE);
  }

  /** The third target is of the class that the losses above ignore. */
  private static Var classes(Tape tape) {
    return tape.constant(tape.scope().of(new int[] {3, 0, 2, 1, 1}));
  }

  @Test
  void smoothedAndWeightedAgreesWithProbabilities() {
    try (var tape = Tape.open()) {
      Var x = tape.variable(tape.scope().of(new double[] {1, -2, 0.5, 0.1, 0.2, 0.3}, 2, 3));
      List<Double> weight = List.of(1.0, 2.0, 3.0);
      Var classes = tape.constant(tape.scope().of(new int[] {2, 0}));
      Var hot = tape.constant(tape.scope().of(new double[] {0, 0, 1, 1, 0, 0}, 2, 3));
      var loss = new Loss.CrossEntropy(0.3, Loss.IGNORED, weight, Averaging.NONE);
      double[] expected = loss.of(x, hot).tensor().toDoubles();
      assertThat(loss.of(x, classes).tensor().toDoubles()).containsExactly(expected, within(1e-14));
    }
  }

  @Test
  void ignoredTargetsCountForNothing() {
    try (var tape = Tape.open()) {
      Var x = tape.variable(tape.scope().of(new double[] {1, -2, 0.5, 0.1}, 2, 2));
      Var second = x.slice(0, 1, 2);
      Var both = tape.constant(tape.scope().of(new int[] {(int) Loss.IGNORED, 1}));
      Var one = tape.constant(tape.scope().of(new int[] {1}));
      Var loss = Loss.crossEntropy().of(x, both);
      assertThat(loss.item()).isEqualTo(Loss.crossEntropy().of(second, one).item());
      tape.backward(loss);
      double[] gradient = tape.gradient(x).slice(0, 0, 1).toDoubles();
      assertThat(gradient).containsExactly(new double[2], within(0.0));
    }
  }

  @Test
  void classesThatAreImpossibleDoNotSpoilTheLoss() {
    try (var tape = Tape.open()) {
      double[] scores = {Double.NEGATIVE_INFINITY, -2, 0.5};
      Var x = tape.variable(tape.scope().of(scores, 1, 3));
      Var target = tape.constant(tape.scope().of(new int[] {2}));
      double expected = Math.log1p(Math.exp(-2.5));
      List<Double> weight = List.of(1.0, 1.0, 1.0);
      for (Loss loss :
          List.of(
              Loss.crossEntropy(),
              Loss.focal(),
              new Loss.CrossEntropy(0, Loss.IGNORED, weight, Averaging.MEAN))) {
        assertThat(loss.of(x, target).item()).as("%s", loss).isFinite();
      }
      assertThat(Loss.nll().of(x.logSoftmax(1), target).item()).isCloseTo(expected, within(1e-14));
    }
  }

  @Test
  void positivesWeighAsMuchAsTheyShould() {
    try (var tape = Tape.open()) {
      double[] logits = {1.5, -2, 800, -800};
      double[] shares = {1, 0.25, 0, 1};
      double[] weights = {3, 0.5, 2, 4};
      Var x = tape.variable(tape.scope().of(logits, 1, 4));
      Var t = tape.constant(tape.scope().of(shares, 1, 4));
      var loss = new Loss.BceWithLogits(List.of(3.0, 0.5, 2.0, 4.0), Averaging.NONE);
      double[] found = loss.of(x, t).tensor().toDoubles();
      for (int i = 0; i < 4; i++) {
        double yes = logits[i] < -700 ? -logits[i] : Math.log1p(Math.exp(-logits[i]));
        double no = logits[i] > 700 ? logits[i] : Math.log1p(Math.exp(logits[i]));
        double expected = weights[i] * shares[i] * yes + (1 - shares[i]) * no;
        assertThat(found[i]).isCloseTo(expected, within(1e-12));
      }
      var ones = new Loss.BceWithLogits(List.of(1.0, 1.0, 1.0, 1.0), Averaging.NONE);
      var plain = new Loss.BceWithLogits(List.of(), Averaging.NONE);
      assertThat(ones.of(x, t).tensor().toDoubles())
          .containsExactly(plain.of(x, t).tensor().toDoubles(), within(1e-12));
    }
  }

  @Test
  void divergenceCountsZeroLogZeroAsZero() {
    try (var tape = Tape.open()) {
      Var q = tape.constant(tape.scope().of(new double[] {0, 1}, 1, 2));
      Var x = tape.variable(tape.scope().of(new double[] {-1, -2}, 1, 2));
      assertThat(Loss.klDivergence().of(x, q).item()).isEqualTo(2);
    }
  }

  @Test
  void refusesWhatMakesNoSense() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Loss.Huber(0, Averaging.MEAN))
        .withMessage("huber: delta must be above 0, found 0.0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Loss.SmoothL1(-1, Averaging.MEAN))
        .withMessage("smooth_l1: beta must not be negative, found -1.0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Loss.Focal(-1, 0, List.of(), Averaging.MEAN))
        .withMessage("focal: gamma must not be negative, found -1.0");
    try (var tape = Tape.open()) {
      Var x = tape.variable(tape.scope().of(new double[6], 2, 3));
      Var target = tape.constant(tape.scope().of(new int[] {2}));
      assertThatExceptionOfType(ShapeException.class)
          .isThrownBy(() -> Loss.nll().of(x, target))
          .withMessage(
              "loss: expected scores [n, classes] and class indices [n], found [2, 3] and [1]");
      Loss weighted = new Loss.CrossEntropy(0, Loss.IGNORED, WEIGHT, Averaging.MEAN);
      Var fitting = tape.constant(tape.scope().of(new int[] {2, 0}));
      assertThatExceptionOfType(ShapeException.class)
          .isThrownBy(() -> weighted.of(x, fitting))
          .withMessage("loss: 4 class weights for scores [2, 3]");
    }
  }
}
