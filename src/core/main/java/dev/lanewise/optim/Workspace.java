package dev.lanewise.optim;

import dev.lanewise.internal.engine.CpuEngine;
import dev.lanewise.tensor.Parameters;
import dev.lanewise.tensor.Tensor;
import dev.lanewise.tensor.TensorStore;
import java.util.ArrayList;
import java.util.List;

/**
 * What updaters work on.
 *
 * @param engine what computes
 * @param parameters what is trained
 * @param slots what they remember
 */
record Workspace(CpuEngine engine, Parameters parameters, Slots slots) {

  /**
   * The stretches of memory that hold exactly the parameters {@code names}, with their padding.
   *
   * @param names in registration order
   * @param in the inputs: stores of all parameters, or of at least these in the same order
   * @param out the outputs, likewise
   */
  List<FlatMap.Run> runs(List<String> names, List<TensorStore> in, List<TensorStore> out) {
    List<String> all = parameters.names();
    List<TensorStore> operands = new ArrayList<>(in);
    operands.addAll(out);
    List<FlatMap.Run> runs = new ArrayList<>();
    int from = 0;
    while (from < names.size()) {
      int first = all.indexOf(names.get(from));
      int count = 1;
      while (from + count < names.size()
          && all.get(first + count).equals(names.get(from + count))) {
        count++;
      }
      String start = names.get(from);
      long[] at = operands.stream().mapToLong(store -> store.get(start).address()).toArray();
      runs.add(new FlatMap.Run(at, start(first + count) - start(first)));
      from += count;
    }
    return runs;
  }

  /** Where parameter number {@code index} starts in the slab; at the end, how long the slab is. */
  private long start(int index) {
    TensorStore values = parameters.values();
    if (index == values.names().size()) {
      return values.flat().size();
    }
    Tensor tensor = values.get(values.names().get(index));
    return (tensor.address() - values.flat().address()) / values.dtype().bytes();
  }
}
