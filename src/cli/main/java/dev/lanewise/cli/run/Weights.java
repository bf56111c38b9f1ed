package dev.lanewise.cli.run;

import dev.lanewise.cli.recipe.Recipe;
import dev.lanewise.cli.recipe.RecipeReader;
import dev.lanewise.io.SafeTensors;
import dev.lanewise.io.Sha256;
import dev.lanewise.tensor.Tensor;
import dev.lanewise.tensor.TensorStore;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A model's parameters as a file and as a checksum. */
public final class Weights {
  private Weights() {}

  /** SHA-256 over all parameters in the order of their names, little-endian, in hexadecimal. */
  public static String sha256(TensorStore parameters) {
    Sha256 sum = new Sha256();
    parameters.names().stream().sorted().forEach(name -> sum.add(parameters.get(name)));
    return sum.hex();
  }

  /** Writes parameters and buffers, with the recipe and the facts they belong to. */
  static void save(Path file, List<TensorStore> stores, Recipe recipe, ModelFacts facts) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (TensorStore store : stores) {
      store.names().forEach(name -> tensors.put(name, store.get(name)));
    }
    Map<String, String> metadata = new LinkedHashMap<>();
    metadata.put("format", "lanewise-model");
    metadata.put("lanewise", Version.current());
    facts.writeTo(metadata);
    metadata.put("recipe", RecipeReader.write(recipe));
    SafeTensors.write(file, tensors, metadata);
  }

  /** Reads the facts that were saved with a model. */
  static ModelFacts facts(Path file) {
    try (SafeTensors saved = SafeTensors.open(file)) {
      return ModelFacts.of(file.toString(), saved.metadata());
    }
  }

  /** Reads parameters and buffers that were saved. */
  static void load(Path file, List<TensorStore> stores) {
    try (SafeTensors saved = SafeTensors.open(file)) {
      stores.forEach(store -> saved.readInto("", store));
    }
  }
}
