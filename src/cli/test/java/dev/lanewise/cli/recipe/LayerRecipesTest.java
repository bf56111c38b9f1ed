package dev.lanewise.cli.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lanewise.cli.run.Experiment;
import dev.lanewise.nn.Layer;
import dev.lanewise.nn.Sequential;
import java.io.IOException;
import java.lang.module.ModuleReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every kind of layer of the table, in a recipe that is read, resolved, trained and exported. */
class LayerRecipesTest {
  @TempDir Path folder;

  /** The settings of layers that need some; the others stand for themselves. */
  private static final Map<String, String> SETTINGS =
      Map.ofEntries(
          Map.entry("linear", "5"),
          Map.entry("conv2d", "{filters: 3, kernel: [3, 1], padding: [1, 0]}"),
          Map.entry("conv1d", "{filters: 3, kernel: 2, stride: 2}"),
          Map.entry("conv_transpose2d", "{filters: 2, kernel: 3, stride: 2, output_padding: 1}"),
          Map.entry("max_pool2d", "[2, 3]"),
          Map.entry("avg_pool2d", "{kernel: 3, padding: 1, count_include_pad: false}"),
          Map.entry("adaptive_avg_pool2d", "3"),
          Map.entry("group_norm", "2"),
          Map.entry("leaky_relu", "0.2"),
          Map.entry("elu", "{alpha: 0.5}"),
          Map.entry("dropout", "0.5"),
          Map.entry("dropout2d", "0.5"),
          Map.entry("drop_path", "0.5"),
          Map.entry("gaussian_noise", "0.5"),
          Map.entry("reshape", "[4, 16]"),
          Map.entry("embedding", "6"),
          Map.entry("rnn", "4"),
          Map.entry("lstm", "4"),
          Map.entry("gru", "4"),
          Map.entry("attention", "{heads: 2, causal: true}"),
          Map.entry("transformer", "{heads: 2, hidden: 6, activation: {elu: 0.5}, dropout: 0.1}"),
          Map.entry("spectral_norm", "{layer: {linear: 5}, iterations: 2}"),
          Map.entry("residual", "[{linear: 8}, relu]"),
          Map.entry("checkpointed", "[{linear: 8}, relu]"),
          Map.entry("concatenate", "[[{linear: 8}], [relu]]"));

  private Experiment trained(String kind) throws IOException {
    String settings = SETTINGS.get(kind);
    String layer = settings == null ? kind : "{%s: %s}".formatted(kind, settings);
    if (kind.equals("embedding")) {
      Path text = Files.writeString(folder.resolve("text"), "to be or not to be, ".repeat(20));
      return TrainedStep.of(
          folder,
          """
          data: {source: text, path: "%s", text: {context: 8}}
          model: [%s, {linear: classes}]
          """
              .formatted(text, layer));
    }
    return TrainedStep.of(
        folder,
        """
        data: {source: digits}
        model: [%s, flatten, {linear: classes}]
        """
            .formatted(layer));
  }

  @Test
  void everyLayerOfTheLibraryIsTrainedAndExported() throws IOException {
    Set<String> seen = new TreeSet<>(); // the layers that recipes have without naming them
    seen.addAll(List.of(Layer.class.getName(), Sequential.class.getName()));
    for (String kind : LayerKinds.names()) {
      try (Experiment experiment = trained(kind)) {
        experiment.model().layers().forEach(layer -> seen.add(layer.getClass().getName()));
        Path file = folder.resolve("model.onnx");
        experiment.exportOnnx(file);
        assertThat(file).as(kind).isNotEmptyFile();
      }
    }
    assertThat(seen).containsAll(layersOfTheLibrary());
  }

  private static Set<String> layersOfTheLibrary() throws IOException {
    Module library = Layer.class.getModule();
    String folder = Layer.class.getPackageName().replace('.', '/') + "/";
    try (ModuleReader reader =
            library
                .getLayer()
                .configuration()
                .findModule(library.getName())
                .orElseThrow()
                .reference()
                .open();
        Stream<String> files = reader.list()) {
      return files
          .filter(file -> file.startsWith(folder) && file.endsWith(".class"))
          .map(file -> file.substring(0, file.length() - ".class".length()).replace('/', '.'))
          .filter(name -> !name.endsWith("package-info") && isLayer(library, name))
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  private static boolean isLayer(Module library, String name) {
    return Layer.class.isAssignableFrom(Class.forName(library, name));
  }
}
