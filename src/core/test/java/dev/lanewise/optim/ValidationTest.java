package dev.lanewise.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class ValidationTest {

  record Refused(Runnable settings, String message) {}

  private static Refused refused(String message, Runnable settings) {
    return new Refused(settings, message);
  }

  static List<Refused> settings() {
    return List.of(
        refused("lr: found -0.1, expected a number at least 0.", () -> Sgd.of(-0.1)),
        refused("lr: found NaN, expected a number at least 0.", () -> AdamW.of(Double.NaN)),
        refused("lr: found Infinity", () -> GradientDescent.of(Double.POSITIVE_INFINITY)),
        refused("lr: found -1.0", () -> Adagrad.of(-1)),
        refused(
            "beta1: found 1.0, expected a number at least 0 and below 1.",
            () -> Adam.of().betas(1, 0.9)),
        refused("beta2: found -0.1", () -> AdamW.of().betas(0.9, -0.1)),
        refused("eps: found 0.0, expected a number above 0", () -> Adam.of().eps(0)),
        refused("weight_decay: found -1.0", () -> Adam.of().weightDecay(-1)),
        refused("alpha: found 1.5", () -> RmsProp.of().alpha(1.5)),
        refused("nesterov: found momentum 0.0", () -> Sgd.of(1).nesterov(true)),
        refused("step_max: found 1.0", () -> Rprop.of().stepSizes(2, 1)),
        refused("max_norm: found 0.0", () -> Clipping.norm(0)),
        refused("norm_type: found 0.0, expected a number above 0.", () -> Clipping.norm(1, 0)),
        refused("clip_value: found -1.0", () -> Clipping.value(-1)),
        refused("l2: found -1.0", () -> Regularizer.l2(-1)),
        refused("t_max: found 0, expected a whole number at least 1.", () -> Schedule.cosine(0)),
        refused("gamma: found NaN", () -> Schedule.exponential(Double.NaN)),
        refused(
            "pct_start: found 2.0", () -> new Schedule.OneCycle(1, 10, 2, 25, 1e4, false, 0, 0)));
  }

  @ParameterizedTest
  @MethodSource("settings")
  void namesFieldFoundAndExpected(Refused refused) {
    assertThatThrownBy(() -> refused.settings.run())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(refused.message);
  }

  @Test
  void defaultsAreThoseOfPyTorch() {
    assertThat(AdamW.of()).isEqualTo(new AdamW(1e-3, 0.9, 0.999, 1e-8, 1e-2, false));
    assertThat(Adam.of()).isEqualTo(new Adam(1e-3, 0.9, 0.999, 1e-8, 0, false));
    assertThat(RmsProp.of()).isEqualTo(new RmsProp(1e-2, 0.99, 1e-8, 0, 0, false));
    assertThat(Sgd.of(0.1)).isEqualTo(new Sgd(0.1, 0, 0, false, 0));
    assertThat(Adagrad.of()).isEqualTo(new Adagrad(1e-2, 0, 0, 0, 1e-10));
  }
}
