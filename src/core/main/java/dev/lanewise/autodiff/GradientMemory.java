package dev.lanewise.autodiff;

import dev.lanewise.tensor.DType;
import dev.lanewise.tensor.Scope;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * Memory of one backward pass. What is needed no more is handed out again, the latest first because
 * it is the likeliest to be in the cache still.
 */
final class GradientMemory {

  /** Where a result of the pass lies, alone or with views of it. */
  static final class Place {
    private final Tensor tensor;

    /** How many contributions and gradients lie here that are still to be read, or GIVEN. */
    private int holds;

    private Place(Tensor tensor) {
      this.tensor = tensor;
    }
  }

  /** The holds of what has been handed back, so that it is not handed back twice. */
  private static final int GIVEN = -1;

  private final Scope scope;
  private final List<Tensor> free = new ArrayList<>();

  /** The places of the current node, of which only those that are held outlive it. */
  private final List<Place> fresh = new ArrayList<>();

  GradientMemory(Scope scope) {
    this.scope = scope;
  }

  /** A dense tensor with undefined contents. */
  Tensor allocate(DType dtype, Shape shape) {
    long elements = shape.size();
    for (int i = free.size() - 1; i >= 0; i--) {
      Tensor tensor = free.get(i);
      if (tensor.dtype() == dtype && tensor.size() == elements) {
        return free.remove(i).reshape(shape);
      }
    }
    return scope.allocate(dtype, shape);
  }

  /** The place of a tensor that came from {@link #allocate}. */
  Place place(Tensor tensor) {
    Place place = new Place(tensor);
    fresh.add(place);
    return place;
  }

  /** {@code v} will be read after the current node. */
  void hold(Var v) {
    if (v.place != null) {
      v.place.holds++;
    }
  }

  /** The counterpart of {@link #hold}: {@code v} has been read. */
  void release(Var v) {
    if (v.place != null && --v.place.holds == 0) {
      give(v.place);
    }
  }

  /** Ends a node: of what it computed, nothing is read again but what is held. */
  void sweep() {
    for (Place place : fresh) {
      if (place.holds == 0) {
        give(place);
      }
    }
    fresh.clear();
  }

  /** Ends a node whose results a user's code may have kept: they stay. */
  void keep() {
    for (Place place : fresh) {
      place.holds++;
    }
    fresh.clear();
  }

  private void give(Place place) {
    place.holds = GIVEN;
    free.add(place.tensor);
  }
}
