package dev.lanewise.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lanewise.data.Batches;
import dev.lanewise.data.Digits;
import dev.lanewise.data.Normalizer;
import dev.lanewise.data.Splits;
import dev.lanewise.engine.Engine;
import dev.lanewise.engine.EngineOptions;
import dev.lanewise.io.Checkpoint;
import dev.lanewise.nn.Layers;
import dev.lanewise.nn.Linear;
import dev.lanewise.nn.Sequential;
import dev.lanewise.optim.Adam;
import dev.lanewise.optim.AdamW;
import dev.lanewise.optim.Lookahead;
import dev.lanewise.optim.Optimizer;
import dev.lanewise.optim.ParameterGroup;
import dev.lanewise.optim.ReduceOnPlateau;
import dev.lanewise.optim.Schedule;
import dev.lanewise.optim.Sgd;
import dev.lanewise.optim.WeightAverage;
import dev.lanewise.tensor.DType;
import dev.lanewise.tensor.Scope;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every way to train: stopped and resumed it ends with the bits of a run that was not, and so it
 * does with any number of threads.
 */
class TrainingSettingsTest {
  private static final int EPOCHS = 2;
  private static final int BATCH = 200;

  @TempDir private Path folder;
  private Splits data;
  private Batches train;
  private Batches test;

  @BeforeEach
  void open() {
    data = Digits.open();
    Normalizer normalizer = Normalizer.standard(data.train());
    train = data.train().batches(BATCH).shuffled(true).normalized(normalizer);
    test = data.test().batches(100).normalized(normalizer);
  }

  @AfterEach
  void close() {
    data.close();
  }

  /** A way to train. */
  record Settings(String name, UnaryOperator<Trainer> change) {
    static Settings of(Optimizer optimizer) {
      return new Settings(optimizer.toString(), trainer -> trainer.optimizer(optimizer));
    }

    @Override
    public String toString() {
      return name;
    }
  }

  static List<Settings> settings() {
    List<Settings> all = new ArrayList<>();
    all.add(
        new Settings(
            "one cycle", t -> t.optimizer(Adam.of()).schedule(Schedule.oneCycle(5e-3, 2L * 8))));
    all.add(
        new Settings(
            "plateau",
            t -> t.optimizer(Sgd.of(2)).reduceOnPlateau(new ReduceOnPlateau(0.5, 0, 0.9, 0, 0))));
    all.add(
        new Settings(
            "groups",
            t ->
                t.groups(
                    new ParameterGroup("*.bias", AdamW.of(2e-3).weightDecay(0)),
                    new ParameterGroup("4.*", Sgd.of(0.1).momentum(0.9)))));
    all.add(new Settings("frozen", t -> t.freeze("1.*")));
    all.add(new Settings("accumulate", t -> t.accumulate(3)));
    all.add(new Settings("ema", t -> t.average(WeightAverage.ema(0.7))));
    all.add(
        new Settings(
            "swa, best kept",
            t -> t.average(WeightAverage.swa(4, 2)).earlyStopping(EarlyStopping.patience(3))));
    all.add(Settings.of(Lookahead.of(Adam.of(3e-3))));
    return all;
  }

  private static Sequential model() {
    return Sequential.of(
        Layers.flatten(), Linear.of(64, 24), Layers.relu(), Layers.dropout(0.2), Linear.of(24, 10));
  }

  private static final class StopAfter implements TrainingListener {
    private final long steps;
    private long done;

    StopAfter(long steps) {
      this.steps = steps;
    }

    @Override
    public void onStep(StepReport report) {
      done++;
    }

    @Override
    public boolean wantsToStop() {
      return done == steps;
    }
  }

  private static Trainer trainer(Settings settings, Sequential model) {
    return settings.change.apply(Trainer.of(model).seed(5));
  }

  @ParameterizedTest
  @MethodSource("settings")
  void resumesToTheSameBits(Settings settings) {
    try (Sequential whole = model();
        Sequential broken = model();
        Scope scope = Scope.open()) {
      var expected = trainer(settings, whole).fit(train, test, EPOCHS);
      for (int stop : new int[] {3, 5}) {
        var checkpoints = new CheckpointFolder(folder.resolve("at" + stop), 1);
        trainer(settings, broken)
            .checkpoints(checkpoints, 0)
            .listener(new StopAfter(stop))
            .fit(train, test, EPOCHS);
        Checkpoint newest = checkpoints.newest(scope, e -> {});
        assertThat(newest).isNotNull();
        var resumed = trainer(settings, broken).fit(train, test, EPOCHS, newest);
        assertThat(resumed.epochs().getLast().validation())
            .isEqualTo(expected.epochs().getLast().validation());
        assertThat(broken.store().values().flat().toFloats())
            .isEqualTo(whole.store().values().flat().toFloats());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("settings")
  void threadsChangeNoBit(Settings settings) {
    List<float[]> weights = new ArrayList<>();
    for (int threads : new int[] {1, 2, 3}) {
      try (Engine engine = Engine.of(EngineOptions.defaults().threads(threads));
          Sequential model = model()) {
        trainer(settings, model).engine(engine).fit(train, test, 1);
        weights.add(model.store().values().flat().toFloats());
      }
    }
    assertThat(weights.get(1)).isEqualTo(weights.get(0));
    assertThat(weights.get(2)).isEqualTo(weights.get(0));
  }

  @Test
  void accumulatedStepsAreThoseOfTheLargeBatch() {
    try (Sequential model = Sequential.of(Layers.flatten(), Linear.of(64, 10));
        Sequential large = Sequential.of(Layers.flatten(), Linear.of(64, 10))) {
      List<StepReport> steps = new ArrayList<>();
      var listener =
          new TrainingListener() {
            @Override
            public void onStep(StepReport report) {
              steps.add(report);
            }
          };
      Trainer.of(model).optimizer(Sgd.of(0.1)).accumulate(3).listener(listener).fit(train, null, 1);
      int samples = data.train().size();
      Batches whole = data.train().batches(3 * BATCH).shuffled(true).normalized(train.normalizer());
      var expected = Trainer.of(large).optimizer(Sgd.of(0.1)).fit(whole, null, 1);
      assertThat(steps).hasSize(whole.count());
      assertThat(steps.getFirst().samples()).isEqualTo(3 * BATCH);
      assertThat(steps.getLast().samples()).isEqualTo(samples % (3 * BATCH));
      assertThat(steps.getLast().batch()).isEqualTo(train.count() - 1);
      assertThat(expected.steps()).isEqualTo(steps.size());
      float[] actual = model.store().values().flat().toFloats();
      float[] other = large.store().values().flat().toFloats();
      for (int i = 0; i < actual.length; i++) {
        assertThat(actual[i]).isCloseTo(other[i], within(1e-6f));
      }
    }
  }

  @Test
  void theAverageIsWhatIsValidatedAndKept() {
    try (Sequential model = model()) {
      Map<Integer, Double> losses = new TreeMap<>();
      Trainer trainer =
          Trainer.of(model)
              .average(WeightAverage.ema(0.9))
              .listener(
                  new TrainingListener() {
                    @Override
                    public void onEpoch(EpochReport report) {
                      losses.put(report.epoch(), report.validation().loss());
                    }
                  });
      var result = trainer.fit(train, test, EPOCHS);
      assertThat(losses).hasSize(EPOCHS);
      assertThat(trainer.evaluate(test)).isEqualTo(result.test());
    }
  }

  @Test
  void frozenLayersKeepTheirInitialValues() {
    try (Sequential model = model();
        Sequential untouched = model()) {
      Trainer.of(model).seed(5).freeze("1.weight").fit(train, null, 1);
      untouched.initialize(5, DType.F32);
      assertThat(model.store().values().get("1.weight").toFloats())
          .isEqualTo(untouched.store().values().get("1.weight").toFloats());
      assertThat(model.store().values().get("1.bias").toFloats())
          .isNotEqualTo(untouched.store().values().get("1.bias").toFloats());
    }
  }
}
