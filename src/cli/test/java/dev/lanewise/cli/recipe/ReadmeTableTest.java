package dev.lanewise.cli.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lanewise.autodiff.Var;
import dev.lanewise.cli.Main;
import dev.lanewise.cli.run.TestMeasures;
import dev.lanewise.data.Augmentation;
import dev.lanewise.data.Mixing;
import dev.lanewise.optim.Constraint;
import dev.lanewise.optim.Optimizer;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.Command;

/** The README's table of what there is says what there is. */
class ReadmeTableTest {
  private static final Path README = Path.of("..", "..", "README.md");

  private static Map<String, Stream<String>> rows() {
    Set<String> activations = LayerKinds.activations();
    Map<String, Stream<String>> rows = new LinkedHashMap<>();
    rows.put("layers", LayerKinds.names().stream().filter(name -> !activations.contains(name)));
    rows.put("activations", activations.stream());
    rows.put("losses", types(LossSpec.class));
    rows.put("optimizers", types(Optimizer.class));
    rows.put("schedules", types(ScheduleSpec.class));
    rows.put("regularizers", types(RegularizerSpec.class));
    rows.put("constraints", types(Constraint.class));
    rows.put("weight averages", types(AverageSpec.class));
    rows.put("data", DataSource.known().stream());
    rows.put("augmentations", types(Augmentation.class));
    rows.put("mixing", types(Mixing.class));
    rows.put(
        "metrics",
        Arrays.stream(TestMeasures.class.getRecordComponents())
            .map(RecordComponent::getName)
            .map(name -> snake(name.replaceFirst("^test", ""))));
    rows.put("recipes", RecipeReader.BUILT_IN.stream());
    rows.put(
        "commands",
        Main.COMMANDS.stream().map(command -> command.getAnnotation(Command.class).name()));
    rows.put(
        "methods of `Var`",
        Arrays.stream(Var.class.getMethods())
            .filter(method -> method.getReturnType() == Var.class)
            .filter(method -> !Modifier.isStatic(method.getModifiers()))
            .map(Method::getName)
            .sorted()
            .distinct());
    return rows;
  }

  private static Stream<String> types(Class<?> section) {
    return RecipeFormat.types(section).stream();
  }

  private static String snake(String name) {
    return name.replaceAll("(?<=.)([A-Z])", "_$1").toLowerCase(Locale.ROOT);
  }

  @Test
  void namesEverything() throws IOException {
    String table =
        rows().entrySet().stream()
            .map(
                row ->
                    "| "
                        + row.getKey()
                        + " | "
                        + row.getValue()
                            .map(name -> "`" + name + "`")
                            .collect(Collectors.joining(" "))
                        + " |\n")
            .collect(Collectors.joining());
    assertThat(Files.readString(README)).as("its table should be\n%s", table).contains(table);
  }
}
