package dev.lanewise.train;

import dev.lanewise.data.Batch;
import dev.lanewise.io.Checkpoint;
import dev.lanewise.tensor.LanewiseException;
import dev.lanewise.tensor.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A step that failed, in one file: the checkpoint before it and its batch. {@link Trainer#replay}
 * does the step again.
 */
final class ReplayBundle {
  private static final String X = "batch.x";
  private static final String Y = "batch.y";

  private ReplayBundle() {}

  /** Writes {@code before} and {@code batch} to {@code file}, whose folder is made if need be. */
  static void write(Path file, Checkpoint before, Batch batch) {
    Map<String, Tensor> tensors = new LinkedHashMap<>(before.tensors());
    tensors.put(X, batch.x());
    tensors.put(Y, batch.y());
    try {
      Path folder = file.toAbsolutePath().getParent();
      if (folder != null) {
        Files.createDirectories(folder);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make the folder of " + file, e);
    }
    new Checkpoint(tensors, before.state()).write(file);
  }

  /** The batch of a bundle. */
  static Batch batch(Checkpoint bundle) {
    int index = Integer.parseInt(bundle.require("batch"));
    return new Batch(require(bundle, X), require(bundle, Y), index);
  }

  private static Tensor require(Checkpoint bundle, String name) {
    @Nullable Tensor tensor = bundle.tensors().get(name);
    if (tensor == null) {
      throw new LanewiseException(
          "This is a checkpoint and no replay bundle: it lacks the tensor " + name + ".");
    }
    return tensor;
  }

  /** The checkpoint before the step. */
  static Checkpoint before(Checkpoint bundle) {
    Map<String, Tensor> tensors = new LinkedHashMap<>(bundle.tensors());
    tensors.keySet().removeAll(List.of(X, Y));
    return new Checkpoint(tensors, bundle.state());
  }
}
