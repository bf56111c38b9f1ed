package dev.lanewise.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lanewise.data.Batches;
import dev.lanewise.data.Digits;
import dev.lanewise.data.Normalizer;
import dev.lanewise.data.Splits;
import dev.lanewise.engine.Engine;
import dev.lanewise.engine.EngineOptions;
import dev.lanewise.nn.Layers;
import dev.lanewise.nn.Linear;
import dev.lanewise.nn.Sequential;
import dev.lanewise.optim.Adam;
import dev.lanewise.optim.GradientDescent;
import dev.lanewise.tensor.DType;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TrainerTest {
  private Splits data;
  private Batches train;
  private Batches test;

  @BeforeEach
  void open() {
    data = Digits.open();
    Normalizer normalizer = Normalizer.standard(data.train());
    train = data.train().batches(64).shuffled(true).normalized(normalizer);
    test = data.test().batches(100).normalized(normalizer);
  }

  @AfterEach
  void close() {
    data.close();
  }

  private static Sequential model() {
    return Sequential.of(
        Layers.flatten(), Linear.of(64, 32), Layers.relu(), Layers.dropout(0.1), Linear.of(32, 10));
  }

  private static float[] weights(Sequential model) {
    return model.store().values().flat().toFloats();
  }

  @Test
  void learnsAndRepeatsItselfForAnyNumberOfThreads() {
    List<float[]> weights = new ArrayList<>();
    for (int threads : new int[] {1, 2, 3}) {
      try (var engine = Engine.of(EngineOptions.defaults().threads(threads));
          var model = model()) {
        var result =
            Trainer.of(model).engine(engine).optimizer(Adam.of(3e-3)).seed(7).fit(train, test, 4);
        assertThat(result.epochs()).hasSize(4);
        assertThat(result.steps()).isEqualTo(4L * train.count());
        assertThat(result.test().accuracy()).isGreaterThan(0.9);
        assertThat(result.test().samples()).isEqualTo(data.test().size());
        weights.add(weights(model));
      }
    }
    assertThat(weights.get(1)).isEqualTo(weights.get(0));
    assertThat(weights.get(2)).isEqualTo(weights.get(0));
  }

  @Test
  void listenersSeeEveryStepAndMayStop() {
    List<Long> steps = new ArrayList<>();
    var listener =
        new TrainingListener() {
          @Override
          public void onStep(StepReport report) {
            steps.add(report.step());
          }

          @Override
          public boolean wantsToStop() {
            return steps.size() == 5;
          }
        };
    try (var model = model()) {
      var result = Trainer.of(model).listener(listener).fit(train, null, 3);
      assertThat(steps).containsExactly(0L, 1L, 2L, 3L, 4L);
      assertThat(result.steps()).isEqualTo(5);
      assertThat(result.test()).isNull();
    }
  }

  @Test
  void earlyStoppingPutsTheBestEpochBack() {
    List<Double> losses = new ArrayList<>();
    var listener =
        new TrainingListener() {
          @Override
          public void onEpoch(EpochReport report) {
            losses.add(report.validation().loss());
          }
        };
    try (var model = model()) {
      // a rate this large cannot improve for long
      Trainer trainer =
          Trainer.of(model)
              .optimizer(Adam.of(0.3))
              .earlyStopping(EarlyStopping.patience(2))
              .listener(listener);
      var result = trainer.fit(train, test, 50);
      assertThat(result.stoppedEarly()).isTrue();
      double best = losses.stream().mapToDouble(Double::doubleValue).min().orElseThrow();
      assertThat(losses.subList(losses.size() - 2, losses.size())).doesNotContain(best);
      assertThat(trainer.evaluate(test).loss()).isEqualTo(best);
    }
  }

  @Test
  void aStepThatIsNotFiniteChangesNothing() {
    List<float[]> before = new ArrayList<>();
    try (var model = model()) {
      var listener =
          new TrainingListener() {
            @Override
            public void onStep(StepReport report) {
              before.add(weights(model));
            }
          };
      Trainer trainer = Trainer.of(model).optimizer(new GradientDescent(1e30)).listener(listener);
      assertThatThrownBy(() -> trainer.fit(train, null, 5))
          .isInstanceOf(NonFiniteException.class)
          .hasMessageMatching(
              "(?s)Step \\d+: the result of \\w+ \\[.*\\] with \\S+, \\S+ is not finite\\..*");
      assertThat(weights(model)).isEqualTo(before.getLast());
    }
  }

  @Test
  void refusesWhatCannotBe() {
    try (var model = model()) {
      Trainer trainer = Trainer.of(model);
      assertThatThrownBy(() -> trainer.fit(train, test, 0))
          .hasMessage("epochs must be at least 1, found 0");
      assertThatThrownBy(() -> trainer.earlyStopping(EarlyStopping.patience(1)).fit(train, null, 1))
          .hasMessage("early stopping needs a validation set");
      assertThat(model.initialize(1, DType.F32).store().count()).isEqualTo(64 * 32 + 32 + 330);
    }
  }
}
