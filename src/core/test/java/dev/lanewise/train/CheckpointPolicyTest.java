package dev.lanewise.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.lanewise.data.Batches;
import dev.lanewise.data.Digits;
import dev.lanewise.data.Splits;
import dev.lanewise.io.Checkpoint;
import dev.lanewise.nn.Layers;
import dev.lanewise.nn.Linear;
import dev.lanewise.nn.Sequential;
import dev.lanewise.optim.Sgd;
import dev.lanewise.tensor.Scope;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which checkpoints a run leaves. */
class CheckpointPolicyTest {
  private static final int EPOCHS = 4;
  private static final int STEPS = 6;

  @TempDir private Path folder;

  /** Trains the digits, in {@value #STEPS} steps an epoch. */
  private TrainingResult train(
      Sequential model, CheckpointFolder checkpoints, CheckpointPolicy policy, Checkpoint from) {
    try (Splits data = Digits.open()) {
      Batches train = data.train().batches(256).shuffled(true);
      assertThat(train.count()).isEqualTo(STEPS);
      return Trainer.of(model)
          .optimizer(Sgd.of(0.02))
          .seed(1)
          .checkpoints(checkpoints, policy)
          .fit(train, data.test().batches(512), EPOCHS, from);
    }
  }

  private static Sequential model() {
    return Sequential.of(Layers.flatten(), Linear.of(64, 10));
  }

  @Test
  void timeIsUpAfterEachStep() {
    CheckpointFolder checkpoints = new CheckpointFolder(folder, 3);
    try (Sequential model = model()) {
      train(model, checkpoints, new CheckpointPolicy(0, Duration.ofNanos(1), false), null);
    }
    assertThat(checkpoints.files().keySet()).containsExactly(22L, 23L, 24L);
    assertThat(checkpoints.best()).isEmpty();
  }

  @Test
  void timeIsNeverUp() {
    CheckpointFolder checkpoints = new CheckpointFolder(folder.resolve("none"), 3);
    try (Sequential model = model()) {
      train(model, checkpoints, new CheckpointPolicy(0, Duration.ofDays(3650), false), null);
    }
    assertThat(folder.resolve("none")).doesNotExist();
  }

  @Test
  void theBestIsKeptBesidesTheLast() {
    CheckpointFolder checkpoints = new CheckpointFolder(folder, 2);
    CheckpointPolicy policy = new CheckpointPolicy(5, Duration.ZERO, true);
    try (Sequential model = model();
        Sequential again = model();
        Scope scope = Scope.open()) {
      TrainingResult result = train(model, checkpoints, policy, null);
      assertThat(checkpoints.files().keySet()).containsExactly(15L, 20L);
      EpochReport best =
          result.epochs().stream()
              .min(Comparator.comparingDouble(e -> e.validation().loss()))
              .orElseThrow();
      Checkpoint saved = Checkpoint.read(checkpoints.best().orElseThrow(), scope);
      assertThat(saved.require("step")).isEqualTo(Long.toString(best.step()));

      TrainingResult resumed = train(again, checkpoints, policy, saved);
      EpochReport repeated = resumed.epochs().getFirst();
      assertThat(repeated.validation().loss()).isEqualTo(best.validation().loss());
      assertThat(repeated.train().loss()).isEqualTo(best.train().loss());
      assertThat(again.store().values().flat().toFloats())
          .isEqualTo(model.store().values().flat().toFloats());
    }
  }

  @Test
  void whatCannotBeKeptIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new CheckpointPolicy(-1, Duration.ZERO, false))
        .withMessage("checkpoint.every_steps must not be negative, found -1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new CheckpointPolicy(0, Duration.ofSeconds(-1), false));
    assertThatIllegalArgumentException().isThrownBy(() -> new CheckpointFolder(folder, 0));
  }

  @Test
  void otherFilesAreNoCheckpoints() throws Exception {
    for (String name : List.of("step-1.safetensors", "step-0000000001.tmp", "notes.txt")) {
      Files.writeString(folder.resolve(name), "");
    }
    assertThat(new CheckpointFolder(folder, 1).files()).isEqualTo(Map.of());
  }
}
