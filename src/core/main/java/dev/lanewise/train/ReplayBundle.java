package dev.lanewise.train;

import dev.lanewise.data.Batch;
import dev.lanewise.io.Checkpoint;
import dev.lanewise.tensor.LanewiseException;
import dev.lanewise.tensor.Scope;
import dev.lanewise.tensor.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A step that failed, in one file: the checkpoint before it and its batches. {@link Trainer#replay}
 * does the step again.
 */
final class ReplayBundle {
  private static final String PREFIX = "batch.";
  private static final String X = ".x";
  private static final String Y = ".y";

  private ReplayBundle() {}

  /**
   * Writes a bundle into {@code folder}, which is made if need be.
   *
   * @param before the state before the step
   * @param order gives the batches of the step
   * @param most how many it has, unless the epoch ends
   * @return the file
   */
  static Path write(Path folder, long step, Checkpoint before, Iterator<Batch> order, int most) {
    Path file = folder.resolve(String.format(Locale.ROOT, "step-%010d.safetensors", step));
    Map<String, Tensor> tensors = new LinkedHashMap<>(before.tensors());
    try (Scope copies = Scope.open("failed step")) {
      for (int i = 0; i < most && order.hasNext(); i++) {
        Batch batch = order.next();
        tensors.put(PREFIX + i + X, copy(copies, batch.x()));
        tensors.put(PREFIX + i + Y, copy(copies, batch.y()));
      }
      Files.createDirectories(folder);
      new Checkpoint(tensors, before.state()).write(file);
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make the folder " + folder, e);
    }
  }

  /** The next batch is written over this one. */
  private static Tensor copy(Scope scope, Tensor tensor) {
    return scope.allocate(tensor.dtype(), tensor.shape()).copyFrom(tensor);
  }

  /** The batches of a bundle. */
  static List<Batch> batches(Checkpoint bundle) {
    int first = Integer.parseInt(bundle.require("batch"));
    List<Batch> batches = new ArrayList<>();
    for (int i = 0; ; i++) {
      Tensor x = bundle.tensors().get(PREFIX + i + X);
      Tensor y = bundle.tensors().get(PREFIX + i + Y);
      if (x == null || y == null) {
        break;
      }
      batches.add(new Batch(x, y, first + i));
    }
    if (batches.isEmpty()) {
      throw new LanewiseException("This is a checkpoint and no replay bundle: it has no batch.");
    }
    return batches;
  }

  /** The checkpoint before the step. */
  static Checkpoint before(Checkpoint bundle) {
    Map<String, Tensor> tensors = new LinkedHashMap<>(bundle.tensors());
    tensors.keySet().removeIf(name -> name.startsWith(PREFIX));
    return new Checkpoint(tensors, bundle.state());
  }
}
