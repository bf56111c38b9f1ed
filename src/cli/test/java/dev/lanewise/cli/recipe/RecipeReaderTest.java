package dev.lanewise.cli.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lanewise.engine.Mode;
import dev.lanewise.optim.Adam;
import dev.lanewise.optim.AdamW;
import dev.lanewise.optim.Constraint;
import dev.lanewise.optim.Lion;
import dev.lanewise.optim.Lookahead;
import dev.lanewise.optim.ParameterGroup;
import dev.lanewise.optim.Sam;
import dev.lanewise.optim.Schedule;
import dev.lanewise.optim.Sgd;
import dev.lanewise.optim.WeightAverage;
import dev.lanewise.train.EarlyStopping;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecipeReaderTest {
  static final List<String> BUILT_IN = RecipeReader.BUILT_IN;

  @TempDir Path folder;

  @ParameterizedTest
  @FieldSource("BUILT_IN")
  void resolvedRecipeReadsBackEqual(String name) throws IOException {
    Recipe recipe = RecipeReader.read(name, Map.of());
    assertThat(recipe.name()).isEqualTo(name);
    Path file = Files.writeString(folder.resolve("x.yaml"), RecipeReader.write(recipe));
    assertThat(RecipeReader.readResolved(file)).isEqualTo(recipe);
  }

  @Test
  void overridesReachEveryKey() {
    Recipe recipe =
        RecipeReader.read(
            "mnist-mlp",
            Map.of(
                "model.2.dropout", "0.5",
                "model.1", "gelu",
                "optimizer.lr", "0.01",
                "loss", "{label_smoothing: 0.1, type: cross_entropy, class_weights: balanced}",
                "clip.norm", "1",
                "early_stopping", "{patience: 2}",
                "regularize", "[l2, {type: elastic_net, l1: 0.5}]",
                "mode", "fast"));
    assertThat(recipe.model().get(2)).isEqualTo(LayerSpec.of("dropout", 0.5));
    assertThat(recipe.model().get(1)).isEqualTo(new LayerSpec("gelu", Map.of()));
    assertThat(recipe.optimizer()).isEqualTo(AdamW.of(0.01));
    assertThat(recipe.loss())
        .isEqualTo(new LossSpec.CrossEntropy(0.1, new ClassWeighting(true, List.of())));
    assertThat(recipe.clip()).isEqualTo(new ClipSpec(1.0, null));
    assertThat(recipe.earlyStopping()).isEqualTo(new EarlyStopping(2, 0, true));
    assertThat(recipe.regularize())
        .containsExactly(new RegularizerSpec.L2(1e-4), new RegularizerSpec.ElasticNet(0.5, 1e-4));
    assertThat(recipe.mode()).isEqualTo(Mode.FAST);
  }

  @Test
  void namesStandForTypesWithDefaults() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("short.yaml"),
            """
            data: {source: digits}
            model: [{linear: 10}]
            optimizer: adam
            """);
    assertThat(RecipeReader.read(file.toString(), Map.of("optimizer.lr", "0.5")).optimizer())
        .isEqualTo(Adam.of(0.5));
    Recipe recipe =
        RecipeReader.read(
            file.toString(), Map.of("optimizer", "{type: sgd, momentum: 0.9, nesterov: true}"));
    assertThat(recipe.optimizer()).isEqualTo(Sgd.of(0.01).momentum(0.9).nesterov(true));
    assertThat(recipe.name()).isEqualTo("short");
    assertThat(recipe.seed()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "constant",
        "step",
        "multi_step",
        "exponential",
        "linear",
        "polynomial",
        "cosine",
        "cosine_restarts",
        "one_cycle"
      })
  void everyScheduleHasItsNameAndWarmsUp(String type) throws IOException {
    Recipe recipe =
        RecipeReader.read(
            "digits-mlp",
            Map.of("schedule", "{type: %s, warmup_steps: 4}".formatted(type), "optimizer", "sgd"));
    Schedule schedule = recipe.buildSchedule(10);
    assertThat(schedule.rate(1, 0)).isEqualTo(0.2);
    assertThat(schedule.rate(1, 4))
        .isCloseTo(type.equals("one_cycle") ? 0.01 / 25 : 1, within(1e-15));
    Path file = Files.writeString(folder.resolve("x.yaml"), RecipeReader.write(recipe));
    assertThat(RecipeReader.readResolved(file)).isEqualTo(recipe);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "gradient_descent",
        "sgd",
        "rmsprop",
        "adagrad",
        "adadelta",
        "adam",
        "adamw",
        "adamax",
        "nadam",
        "radam",
        "rprop",
        "lion",
        "lamb",
        "adafactor",
        "muon",
        "lookahead",
        "sam",
        "lbfgs"
      })
  void everyOptimizerHasItsName(String type) throws IOException {
    Recipe recipe = RecipeReader.read("digits-mlp", Map.of("optimizer", type));
    assertThat(recipe.optimizer().getClass().getSimpleName())
        .isEqualToIgnoringCase(type.replace("_", ""));
    Path file = Files.writeString(folder.resolve("x.yaml"), RecipeReader.write(recipe));
    assertThat(RecipeReader.readResolved(file)).isEqualTo(recipe);
  }

  @Test
  void optimizersStandOnOthers() {
    Recipe recipe =
        RecipeReader.read(
            "digits-mlp",
            Map.of("optimizer", "{type: lookahead, k: 6, base: {type: adam, lr: 1}}"));
    assertThat(recipe.optimizer()).isEqualTo(new Lookahead(Adam.of(1), 6, 0.5));
    recipe = RecipeReader.read("digits-mlp", Map.of("optimizer", "{type: sam, base: lion}"));
    assertThat(recipe.optimizer()).isEqualTo(Sam.of(Lion.of()));
  }

  @Test
  void groupsChangeTheOptimizerOrReplaceIt() throws IOException {
    Recipe recipe =
        RecipeReader.read(
            "digits-mlp",
            Map.of(
                "groups",
                "[{match: '*.bias', optimizer: {weight_decay: 0}},"
                    + " {match: '0.*', optimizer: {type: sgd, lr: 0.5}},"
                    + " {match: '2.*', optimizer: lion}]",
                "freeze",
                "[4.weight]",
                "constrain",
                "[{type: proximal_l1, match: '*.weight', factor: 0.1}, non_negative]",
                "accumulate",
                "2",
                "average",
                "{type: swa, from_epoch: 3}"));
    assertThat(recipe.groups())
        .containsExactly(
            new ParameterGroup("*.bias", AdamW.of(0.004).weightDecay(0)),
            new ParameterGroup("0.*", Sgd.of(0.5)),
            new ParameterGroup("2.*", Lion.of()));
    assertThat(recipe.freeze()).containsExactly("4.weight");
    assertThat(recipe.constrain())
        .containsExactly(
            new Constraint.ProximalL1("*.weight", 0.1), new Constraint.NonNegative("*"));
    assertThat(recipe.accumulate()).isEqualTo(2);
    assertThat(recipe.average().build(10)).isEqualTo(WeightAverage.swa(30, 10));
    Path file = Files.writeString(folder.resolve("x.yaml"), RecipeReader.write(recipe));
    assertThat(RecipeReader.readResolved(file)).isEqualTo(recipe);
  }

  @Test
  void schedulesCountInEpochs() {
    Schedule steps = new ScheduleSpec.MultiStep(List.of(2L, 3L), 0.1, 0).build(5, 100);
    assertThat(steps.rate(1, 199)).isEqualTo(1);
    assertThat(steps.rate(1, 200)).isEqualTo(0.1);
    assertThat(steps.rate(1, 300)).isCloseTo(0.01, within(1e-15));
    Schedule restarts = new ScheduleSpec.CosineRestarts(1, 2, 0, 0).build(5, 100);
    assertThat(restarts.rate(1, 50)).isCloseTo(0.5, within(1e-15));
    assertThat(restarts.rate(1, 100)).isEqualTo(1);
    assertThat(restarts.rate(1, 200)).isCloseTo(0.5, within(1e-15));
    assertThat(new ScheduleSpec.Polynomial(2, 0).build(5, 100).rate(1, 250)).isEqualTo(0.25);
  }

  @Test
  void schedulesSpanTheRun() {
    Schedule schedule = new ScheduleSpec.Cosine(0, 10).build(5, 100);
    assertThat(schedule.rate(1, 0)).isEqualTo(1.0 / 11);
    assertThat(schedule.rate(1, 10)).isEqualTo(1);
    assertThat(schedule.rate(1, 255)).isEqualTo(0.5);
    assertThat(schedule.rate(1, 500)).isZero();
    Schedule steps = new ScheduleSpec.Step(2, 0.1, 0).build(5, 100);
    assertThat(steps.rate(1, 199)).isEqualTo(1);
    assertThat(steps.rate(1, 200)).isEqualTo(0.1);
  }
}
