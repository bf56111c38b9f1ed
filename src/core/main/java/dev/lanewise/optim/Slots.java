package dev.lanewise.optim;

import dev.lanewise.tensor.DType;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.TensorStore;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What optimizers remember, one store a slot. They first say what they need, parameter by
 * parameter; then all of it is allocated.
 */
final class Slots implements AutoCloseable {

  private record Wish(String parameter, Shape shape, double initial) {}

  private final Map<String, List<Wish>> wishes = new LinkedHashMap<>();
  private final Map<String, TensorStore> stores = new LinkedHashMap<>();

  /** Asks for a tensor of {@code slot} for {@code parameter}. */
  void want(String slot, String parameter, Shape shape, double initial) {
    wishes.computeIfAbsent(slot, s -> new ArrayList<>()).add(new Wish(parameter, shape, initial));
  }

  /**
   * Allocates what was asked for.
   *
   * @param order the parameters in registration order, in which every store keeps them
   */
  void allocate(DType dtype, List<String> order) {
    wishes.forEach(
        (slot, wanted) -> {
          wanted.sort((a, b) -> order.indexOf(a.parameter) - order.indexOf(b.parameter));
          var builder = TensorStore.builder(dtype).label("optimizer " + slot);
          wanted.forEach(wish -> builder.add(wish.parameter, wish.shape));
          TensorStore store = builder.build();
          stores.put(slot, store);
          for (Wish wish : wanted) {
            if (wish.initial != 0) {
              // tensor by tensor: the padding between them stays zero
              store.get(wish.parameter).fill(wish.initial);
            }
          }
        });
  }

  TensorStore get(String slot) {
    TensorStore store = stores.get(slot);
    if (store == null) {
      throw new IllegalArgumentException("no slot " + slot + "; there are " + stores.keySet());
    }
    return store;
  }

  Map<String, TensorStore> stores() {
    return stores;
  }

  @Override
  public void close() {
    stores.values().forEach(TensorStore::close);
  }
}
