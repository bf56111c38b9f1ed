package dev.lanewise.cli.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lanewise.cli.run.Experiment;
import dev.lanewise.engine.Engine;
import dev.lanewise.train.StepReport;
import dev.lanewise.train.TrainingListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A recipe as a user writes it, read, resolved and trained for one step. */
final class TrainedStep implements TrainingListener {
  private final List<StepReport> steps = new ArrayList<>();

  private TrainedStep() {}

  /**
   * Reads a recipe, also as it is written once it is resolved, and trains one step.
   *
   * @param folder for its files
   * @return the trained experiment, which the caller closes
   */
  static Experiment of(Path folder, String yaml) throws IOException {
    Path file = Files.writeString(folder.resolve("given.yaml"), yaml);
    Recipe recipe = RecipeReader.read(file.toString(), Map.of());
    Path resolved = Files.writeString(folder.resolve("resolved.yaml"), RecipeReader.write(recipe));
    assertThat(RecipeReader.readResolved(resolved)).isEqualTo(recipe);
    Experiment experiment = Experiment.open(recipe, null, (name, done, total) -> {});
    try {
      TrainedStep listener = new TrainedStep();
      experiment.train(Engine.shared(), List.of(listener), null, null);
      assertThat(listener.steps).hasSize(1);
      assertThat(listener.steps.getFirst().loss()).isFinite();
      return experiment;
    } catch (RuntimeException | Error e) {
      experiment.close();
      throw e;
    }
  }

  @Override
  public void onStep(StepReport report) {
    steps.add(report);
  }

  @Override
  public boolean wantsToStop() {
    return true;
  }
}
