package dev.lanewise.cli.run;

import dev.lanewise.cli.recipe.Recipe;
import dev.lanewise.cli.recipe.RecipeReader;
import dev.lanewise.io.SafeTensors;
import dev.lanewise.tensor.Tensor;
import dev.lanewise.tensor.TensorStore;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A model's parameters as a file and as a checksum. */
public final class Weights {
  private static final long PIECE_BYTES = 1 << 20;

  private Weights() {}

  /** SHA-256 over all parameters in the order of their names, little-endian, in hexadecimal. */
  public static String sha256(TensorStore parameters) {
    MessageDigest digest = newDigest();
    for (String name : parameters.names().stream().sorted().toList()) {
      // tensors are in the machine's order; SafeTensors has refused others than little-endian
      MemorySegment bytes = parameters.get(name).segment();
      for (long at = 0; at < bytes.byteSize(); at += PIECE_BYTES) {
        long count = Math.min(PIECE_BYTES, bytes.byteSize() - at);
        digest.update(bytes.asSlice(at, count).asByteBuffer());
      }
    }
    return HexFormat.of().formatHex(digest.digest());
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

  static MessageDigest newDigest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
