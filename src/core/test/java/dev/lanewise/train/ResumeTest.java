package dev.lanewise.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lanewise.data.Batches;
import dev.lanewise.data.Digits;
import dev.lanewise.data.Normalizer;
import dev.lanewise.data.Splits;
import dev.lanewise.engine.FingerprintMismatchException;
import dev.lanewise.io.Checkpoint;
import dev.lanewise.io.CorruptCheckpointException;
import dev.lanewise.nn.BatchNorm;
import dev.lanewise.nn.Layers;
import dev.lanewise.nn.Linear;
import dev.lanewise.nn.Sequential;
import dev.lanewise.nn.SpectralNorm;
import dev.lanewise.optim.AdamW;
import dev.lanewise.optim.Clipping;
import dev.lanewise.optim.Schedule;
import dev.lanewise.tensor.LanewiseException;
import dev.lanewise.tensor.Scope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A run that is stopped and goes on ends with the bits of one that was not. */
class ResumeTest {
  private static final int EPOCHS = 3;

  @TempDir private Path folder;

  private static Sequential model() {
    return Sequential.of(
        Layers.flatten(), Linear.of(64, 24), Layers.relu(), Layers.dropout(0.2), Linear.of(24, 10));
  }

  private static Trainer trainer(Sequential model) {
    return Trainer.of(model)
        .optimizer(AdamW.of(2e-3))
        .schedule(Schedule.cosine(100))
        .clip(Clipping.norm(1))
        .earlyStopping(EarlyStopping.patience(3))
        .seed(3);
  }

  /** Stops after {@code last} steps in all. */
  private record StopAfter(long last, List<Double> losses) implements TrainingListener {
    @Override
    public void onStep(StepReport report) {
      losses.add(report.loss());
    }

    @Override
    public boolean wantsToStop() {
      return losses.size() >= last;
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 23, 24, 46})
  void anywhere(int stopAt) {
    List<Double> whole = new ArrayList<>();
    List<Double> parts = new ArrayList<>();
    CheckpointFolder checkpoints = new CheckpointFolder(folder, 2);
    try (Splits data = Digits.open();
        Scope scope = Scope.open();
        Sequential straight = model();
        Sequential broken = model()) {
      Normalizer normalizer = Normalizer.standard(data.train());
      Batches train = data.train().batches(64).shuffled(true).normalized(normalizer);
      Batches test = data.test().batches(64).normalized(normalizer);
      var result =
          trainer(straight).listener(new StopAfter(Long.MAX_VALUE, whole)).fit(train, test, EPOCHS);

      trainer(broken)
          .checkpoints(checkpoints, 5)
          .listener(new StopAfter(stopAt, parts))
          .fit(train, test, EPOCHS);
      Checkpoint newest = checkpoints.newest(scope, e -> {});
      assertThat(newest).isNotNull();
      assertThat(newest.require("step")).isEqualTo(Integer.toString(stopAt));
      var resumed =
          trainer(broken)
              .listener(new StopAfter(Long.MAX_VALUE, parts))
              .fit(train, test, EPOCHS, newest);

      assertThat(parts).isEqualTo(whole);
      assertThat(resumed.steps()).isEqualTo(result.steps());
      assertThat(resumed.epochs().getLast().train()).isEqualTo(result.epochs().getLast().train());
      assertThat(broken.store().values().flat().toFloats())
          .isEqualTo(straight.store().values().flat().toFloats());
    }
  }

  /** Running statistics and singular vectors are state, as parameters are. */
  @ParameterizedTest
  @ValueSource(ints = {5, 6, 9})
  void buffersGoOn(int stopAt) {
    CheckpointFolder checkpoints = new CheckpointFolder(folder, 1);
    try (Splits data = Digits.open();
        Scope scope = Scope.open();
        Sequential straight = normalized();
        Sequential broken = normalized()) {
      Batches train = data.train().batches(256).shuffled(true);
      Batches test = data.test().batches(256);
      trainer(straight).fit(train, test, 2);
      trainer(broken)
          .checkpoints(checkpoints, 0)
          .listener(new StopAfter(stopAt, new ArrayList<>()))
          .fit(train, test, 2);
      Checkpoint newest = checkpoints.newest(scope, e -> {});
      float[] stopped = broken.state().flat().toFloats();
      trainer(broken).fit(train, test, 2, newest);
      assertThat(straight.state().names())
          .containsExactlyInAnyOrder(
              "1.running_mean",
              "1.running_var",
              "3.parametrizations.weight.0._u",
              "3.parametrizations.weight.0._v");
      assertThat(broken.state().flat().toFloats())
          .isEqualTo(straight.state().flat().toFloats())
          .isNotEqualTo(stopped);
      assertThat(broken.store().values().flat().toFloats())
          .isEqualTo(straight.store().values().flat().toFloats());
    }
  }

  private static Sequential normalized() {
    return Sequential.of(
        Layers.flatten(), BatchNorm.of(64), Layers.relu(), SpectralNorm.of(Linear.of(64, 10)));
  }

  @Test
  void otherSpecificationsAreRefusedUnlessToldToIgnoreThem() {
    CheckpointFolder checkpoints = new CheckpointFolder(folder, 1);
    try (Splits data = Digits.open();
        Scope scope = Scope.open();
        Sequential model = model()) {
      Batches train = data.train().batches(512).shuffled(true);
      Batches test = data.test().batches(256);
      trainer(model).checkpoints(checkpoints, 2).fit(train, test, 1);
      Checkpoint written = checkpoints.newest(scope, e -> {});
      Map<String, String> state = new LinkedHashMap<>(written.state());
      assertThat(state.put("fingerprint.cpu", "another")).isNotNull();
      trainer(model).fit(train, test, 1, new Checkpoint(written.tensors(), state));
      assertThat(state.put("fingerprint.rng", "rng-v0")).isEqualTo("rng-v1");
      Checkpoint doctored = new Checkpoint(written.tensors(), state);
      assertThatThrownBy(() -> trainer(model).fit(train, test, 1, doctored))
          .isInstanceOf(FingerprintMismatchException.class)
          .hasMessageContaining("fingerprint: rng was \"rng-v0\"");
      trainer(model).ignoreFingerprint(true).fit(train, test, 1, doctored);
    }
  }

  @Test
  void aDamagedNewestGivesWayToTheOneBefore() throws IOException {
    List<CorruptCheckpointException> damaged = new ArrayList<>();
    CheckpointFolder checkpoints = new CheckpointFolder(folder, 2);
    try (Splits data = Digits.open();
        Scope scope = Scope.open();
        Sequential model = model()) {
      Batches train = data.train().batches(256).shuffled(true);
      Batches test = data.test().batches(256);
      trainer(model).checkpoints(checkpoints, 1).fit(train, test, 1);
      List<Path> files;
      try (var list = Files.list(folder)) {
        files = list.sorted().toList();
      }
      assertThat(files).hasSize(2);
      byte[] bytes = Files.readAllBytes(files.getLast());
      bytes[bytes.length - 1] ^= 1;
      Files.write(files.getLast(), bytes);

      Checkpoint newest = checkpoints.newest(scope, damaged::add);
      assertThat(damaged).singleElement().asString().contains(files.getLast().toString());
      assertThat(newest.require("step")).isEqualTo(Integer.toString(train.count() - 1));
      assertThatThrownBy(() -> trainer(model).seed(4).fit(train, test, 1, newest))
          .isInstanceOf(LanewiseException.class)
          .hasMessage("The checkpoint is of another run: its seed is 3, this run's is 4.");
    }
  }
}
