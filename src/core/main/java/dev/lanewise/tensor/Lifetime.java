package dev.lanewise.tensor;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * When the memory behind a tensor ends. Each owner (scope, store, wrapped segment) has one; a
 * tensor remembers the generation it was made in, and is dead as soon as the owner's differs.
 */
final class Lifetime {
  /** Whether {@link Tensor#address} checks as well. A constant, so that fast mode pays nothing. */
  static final boolean CHECKED = isChecked(System.getProperty("lanewise.checked"));

  /** The owner's kind and label, as in {@code scope 'step'}. */
  final String owner;

  /** Bytes of slabs held. Guarded by the owner's {@link SlabPool}. */
  long heldBytes;

  /** Moves on whenever the owner's tensors die. */
  int generation;

  boolean closed;

  /** Memory of the caller's, which must stay reachable and may be closed behind our back. */
  private final @Nullable MemorySegment wrapped;

  Lifetime(String owner, @Nullable MemorySegment wrapped) {
    this.owner = owner;
    this.wrapped = wrapped;
  }

  private static boolean isChecked(@Nullable String property) {
    return property == null
        ? Lifetime.class.desiredAssertionStatus()
        : Boolean.parseBoolean(property);
  }

  /** Whether the memory may only be read. */
  boolean isReadOnly() {
    return wrapped != null && wrapped.isReadOnly();
  }

  void end() {
    closed = true;
    generation++;
  }

  boolean isAlive(int born) {
    return generation == born && (wrapped == null || wrapped.scope().isAlive());
  }

  IllegalStateException dead(DType dtype, Shape shape) {
    String cause =
        closed || wrapped != null
            ? owner + " was closed; keep it open for as long as its tensors are used"
            : owner
                + " was reset; copy what must outlive the reset into another scope or a store"
                + " first";
    return new IllegalStateException("tensor " + dtype + " " + shape + " is dead: " + cause);
  }

  void requireOpen() {
    if (closed) {
      throw new IllegalStateException(owner + " is closed");
    }
  }
}
