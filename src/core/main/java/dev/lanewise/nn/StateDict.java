package dev.lanewise.nn;

import static java.util.Objects.requireNonNull;

import dev.lanewise.io.FormatException;
import dev.lanewise.io.SafeTensors;
import dev.lanewise.tensor.DType;
import dev.lanewise.tensor.Scope;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import dev.lanewise.tensor.TensorStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Parameters and buffers of a model as a file, by their names: PyTorch's state dict. */
public final class StateDict {
  private static final int LISTED = 12;

  /** PyTorch counts the batches that a batch normalization has seen, and never reads it here. */
  private static final String COUNTER = "num_batches_tracked";

  private StateDict() {}

  /**
   * The names that only one of a model and a file has.
   *
   * @param missing those of the model, in its order
   * @param unexpected those of the file, as they are there, in its order
   */
  public record Difference(List<String> missing, List<String> unexpected) {
    /** {@return whether there are none} */
    public boolean isEmpty() {
      return missing.isEmpty() && unexpected.isEmpty();
    }
  }

  static void save(Sequential model, Path file, DType dtype) {
    try (Scope scope = Scope.open("save")) {
      Map<String, Tensor> tensors = tensors(model);
      tensors.replaceAll((_, t) -> t.dtype() == dtype ? t : scope.copy(t, dtype));
      SafeTensors.write(file, tensors, Map.of());
    }
  }

  static Difference load(Sequential model, Path path, UnaryOperator<String> names, boolean strict) {
    try (SafeTensors file = SafeTensors.open(path)) {
      Map<String, Tensor> targets = tensors(model);
      Map<String, String> sources = new LinkedHashMap<>();
      List<String> unexpected = new ArrayList<>();
      List<String> misshapen = new ArrayList<>();
      for (String stored : file.names()) {
        String name = names.apply(stored);
        Tensor target = targets.get(name);
        if (target == null) {
          if (!name.endsWith(COUNTER)) {
            unexpected.add(stored);
          }
          continue;
        }
        String twin = sources.putIfAbsent(name, stored);
        if (twin != null) {
          throw refuse(
              path, stored + " and " + twin + ", which both become " + name, "one of them");
        }
        Shape shape = file.shape(stored);
        if (!shape.equals(target.shape()) || !file.isLoadable(stored)) {
          misshapen.add(
              "%s %s %s instead of %s"
                  .formatted(stored, file.storedType(stored), shape, target.shape()));
        }
      }
      List<String> missing =
          targets.keySet().stream().filter(name -> !sources.containsKey(name)).toList();
      Difference difference = new Difference(missing, List.copyOf(unexpected));
      if (!misshapen.isEmpty() || strict && !difference.isEmpty()) {
        String found =
            listed("missing", missing) + listed("unexpected", unexpected) + listed("", misshapen);
        throw refuse(path, found.strip(), "the tensors of " + model.describe());
      }
      sources.forEach((name, stored) -> file.readInto(stored, requireNonNull(targets.get(name))));
      return difference;
    }
  }

  private static Map<String, Tensor> tensors(Sequential model) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (TensorStore store : List.of(model.store().values(), model.state())) {
      store.names().forEach(name -> tensors.put(name, store.get(name)));
    }
    return tensors;
  }

  private static String listed(String what, List<String> names) {
    if (names.isEmpty()) {
      return "";
    }
    int more = names.size() - LISTED;
    String shown = String.join(", ", names.subList(0, Math.min(LISTED, names.size())));
    return " " + what + " [" + shown + (more > 0 ? ", and " + more + " more" : "") + "]";
  }

  private static FormatException refuse(Path file, String found, String expected) {
    return new FormatException(
        file.toString(),
        Long.BYTES,
        found,
        expected,
        "load(file, names) renames, loadCommon takes what fits");
  }
}
