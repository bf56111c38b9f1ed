package dev.lanewise.cli.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lanewise.data.Augmentation;
import dev.lanewise.data.Digits;
import dev.lanewise.data.Mixing;
import dev.lanewise.data.Splits;
import dev.lanewise.nn.Loss;
import dev.lanewise.optim.Constraint;
import dev.lanewise.optim.Optimizer;
import dev.lanewise.optim.Regularizer;
import dev.lanewise.optim.Schedule;
import dev.lanewise.optim.WeightAverage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every type that a section can have, by its name alone, in a recipe that is read, resolved and
 * trained; and every one of the library can be named.
 */
class TypeRecipesTest {
  private static final Set<String> LOSSES_OF_CLASSES = Set.of("cross_entropy", "nll", "focal");

  @TempDir Path folder;

  static Stream<Arguments> types() {
    return Stream.of(
            types(LossSpec.class, "loss: %s"),
            types(Optimizer.class, "optimizer: %s"),
            types(ScheduleSpec.class, "schedule: %s"),
            types(AverageSpec.class, "average: %s"),
            types(RegularizerSpec.class, "regularize: [%s]"),
            types(Constraint.class, "constrain: [%s]"),
            types(Mixing.class, "data: {source: digits, mix: [%s]}"),
            types(Augmentation.class, "data: {source: digits, augment: [%s]}"))
        .flatMap(Function.identity());
  }

  private static Stream<Arguments> types(Class<?> section, String line) {
    return RecipeFormat.types(section).stream()
        .map(type -> Arguments.of(section.getSimpleName(), type, line.formatted(type)));
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("types")
  void trains(String section, String type, String line) throws IOException {
    boolean numbers = section.equals("LossSpec") && !LOSSES_OF_CLASSES.contains(type);
    String data = line.startsWith("data") ? "" : "data: {source: digits}";
    if (numbers) {
      Path csv = Files.writeString(folder.resolve("t.csv"), table());
      data = "data: {source: csv, path: \"%s\", table: {classes: false}}".formatted(csv);
    }
    String model = numbers ? "[{linear: 1}]" : "[{linear: classes}]";
    String groups = type.equals("muon") ? "groups: [{match: '*.bias', optimizer: adamw}]\n" : "";
    TrainedStep.of(folder, data + "\nmodel: " + model + "\nepochs: 3\n" + groups + line + "\n")
        .close();
  }

  private static String table() {
    StringBuilder rows = new StringBuilder("a,b,y\n");
    for (int i = 0; i < 40; i++) {
      rows.append(i % 7).append(',').append(i % 3 - 1).append(',').append(i % 2).append('\n');
    }
    return rows.toString();
  }

  @Test
  void everyTypeOfTheLibraryHasAName() {
    assertThat(examples(Optimizer.class)).containsAll(kinds(Optimizer.class));
    assertThat(examples(Constraint.class)).containsAll(kinds(Constraint.class));
    assertThat(examples(Augmentation.class)).containsAll(kinds(Augmentation.class));
    assertThat(examples(Mixing.class)).containsAll(kinds(Mixing.class));
    try (Splits digits = Digits.open()) {
      assertThat(built(LossSpec.class, spec -> spec.build(digits.train())))
          .containsAll(kinds(Loss.class));
    }
    assertThat(
            RecipeFormat.examples(RegularizerSpec.class).stream()
                .flatMap(RegularizerSpec::ofParameters)
                .map(regularizer -> regularizer.getClass().getName()))
        .containsAll(kinds(Regularizer.class));
    assertThat(built(AverageSpec.class, spec -> spec.build(10)))
        .containsAll(kinds(WeightAverage.class));
    Set<String> schedules = kinds(Schedule.class);
    // two that put others together, and that of the learning rate finder
    List.of(Schedule.Sequence.class, Schedule.Every.class, Schedule.Geometric.class)
        .forEach(part -> schedules.remove(part.getName()));
    assertThat(built(ScheduleSpec.class, spec -> stepByStep(spec.main(100, 10))))
        .containsAll(schedules);
  }

  private static Schedule stepByStep(Schedule schedule) {
    return schedule instanceof Schedule.Every(Schedule inner, long _) ? inner : schedule;
  }

  private static Set<String> kinds(Class<?> sealed) {
    Class<?>[] permitted = sealed.getPermittedSubclasses();
    assertThat(permitted).isNotNull();
    return Arrays.stream(permitted)
        .map(Class::getName)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static <T> Set<String> examples(Class<T> section) {
    return built(section, example -> example);
  }

  private static <T> Set<String> built(Class<T> section, Function<T, Object> build) {
    return RecipeFormat.examples(section).stream()
        .map(build)
        .map(type -> type.getClass().getName())
        .collect(Collectors.toSet());
  }
}
