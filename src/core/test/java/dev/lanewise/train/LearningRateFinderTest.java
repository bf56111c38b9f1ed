package dev.lanewise.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.lanewise.data.Batches;
import dev.lanewise.data.DataSet;
import dev.lanewise.nn.Linear;
import dev.lanewise.nn.Loss;
import dev.lanewise.nn.Sequential;
import dev.lanewise.optim.Sgd;
import dev.lanewise.tensor.Scope;
import dev.lanewise.train.LearningRateFinder.Found;
import dev.lanewise.train.LearningRateFinder.Point;
import java.util.List;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;

/** The search for a learning rate, near a line y = 2 x whose stable rates are known. */
class LearningRateFinderTest {
  private static Found find(LearningRateFinder finder) {
    return find(finder, (_, _) -> {});
  }

  private static Found find(LearningRateFinder finder, BiConsumer<Trainer, Batches> then) {
    try (Scope scope = Scope.open("test");
        Sequential model = Sequential.of(Linear.of(1, 1))) {
      float[] x = {-2, -1, 1, 2};
      float[] y = {-4.1f, -1.7f, 2.3f, 3.9f};
      Batches batches = DataSet.regression(scope.of(x, 4, 1), scope.of(y, 4, 1)).batches(4);
      Trainer trainer = Trainer.of(model).loss(Loss.mse()).optimizer(Sgd.of(0.1)).seed(3);
      Found found = finder.find(trainer, batches);
      then.accept(trainer, batches);
      return found;
    }
  }

  @Test
  void endsWhereTheLossDiverges() {
    Found found = find(new LearningRateFinder(1e-4, 1e4, 60));
    // the curvature of the mean squared error is 2 E[x^2] = 5, so steps above 2 / 5 diverge
    assertThat(found.diverged()).isTrue();
    assertThat(found.suggestion()).isBetween(1e-3, 0.4);
    List<Point> points = found.points();
    assertThat(points.getLast().lr()).isBetween(0.4, 1e3);
    assertThat(points.getFirst().lr()).isCloseTo(1e-4, within(1e-12));
    assertThat(points.getFirst().smoothed()).isCloseTo(points.getFirst().loss(), within(1e-12));
    double ratio = Math.pow(1e8, 1 / 59.0);
    assertThat(points.get(7).lr() / points.get(6).lr()).isCloseTo(ratio, within(1e-6));
  }

  @Test
  void takesAllStepsWhereNothingDiverges() {
    Found found = find(new LearningRateFinder(1e-6, 1e-2, 33));
    assertThat(found.diverged()).isFalse();
    assertThat(found.points()).hasSize(33);
    assertThat(found.points().getLast().lr()).isCloseTo(1e-2, within(1e-12));
  }

  @Test
  void leavesNothingBehindThatWouldStopTheTrainer() {
    find(
        new LearningRateFinder(1e-6, 1e-2, 33),
        (trainer, batches) ->
            assertThat(trainer.fit(batches, null, 5).epochs()).as("epochs afterwards").hasSize(5));
  }

  @Test
  void survivesOverflow() {
    Found found = find(new LearningRateFinder(1e30, 1e38, 10));
    assertThat(found.diverged()).isTrue();
    assertThat(found.suggestion()).isNaN();
  }

  @Test
  void refusesWhatIsNoRange() {
    assertThatThrownBy(() -> new LearningRateFinder(0, 1, 100))
        .hasMessageContaining("expected a range above 0");
    assertThatThrownBy(() -> new LearningRateFinder(1, 1, 100))
        .hasMessageContaining("expected a range above 0");
    assertThatThrownBy(() -> new LearningRateFinder(1e-3, 1, 9))
        .hasMessageContaining("expected at least 10");
  }
}
