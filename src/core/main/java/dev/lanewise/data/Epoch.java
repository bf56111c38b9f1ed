package dev.lanewise.data;

import dev.lanewise.data.BatchFiller.Slot;
import dev.lanewise.tensor.Scope;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One walk over a data set, batch by batch. The tensors of a batch are valid until the next call of
 * {@link #next} or {@link #close}. For one thread; close it, also when left early, before the data
 * set's memory goes.
 */
public final class Epoch implements Iterator<Batch>, AutoCloseable {
  private final BatchFiller filler;
  private final Scope scope = Scope.open("batches");
  private final @Nullable Prefetcher prefetcher;
  private final @Nullable Slot slot;
  private int next;
  private boolean closed;

  /** Starts at batch {@code first}, with a thread if {@code prefetch} is above 0. */
  Epoch(BatchFiller filler, int first, int prefetch) {
    this.filler = filler;
    this.next = first;
    boolean ownThread = prefetch > 0 && first < filler.count();
    try {
      slot = ownThread ? null : filler.slot(scope);
      prefetcher = ownThread ? new Prefetcher(filler, scope, first, prefetch) : null;
    } catch (RuntimeException e) {
      scope.close();
      throw e;
    }
  }

  /** Says whether there is a further batch. */
  @Override
  public boolean hasNext() {
    return !closed && next < filler.count();
  }

  /**
   * Moves to the next batch, which reuses the tensors of an earlier one.
   *
   * @throws NoSuchElementException if the epoch is over or closed
   * @throws DataException if the thread is interrupted while it waits
   */
  @Override
  public Batch next() {
    if (!hasNext()) {
      throw new NoSuchElementException(closed ? "the epoch is closed" : "the epoch is over");
    }
    Batch batch;
    if (prefetcher != null) {
      batch = prefetcher.next();
    } else {
      batch = filler.fill(Objects.requireNonNull(slot), next);
    }
    next++;
    return batch;
  }

  /** Ends the walk, stops its thread and gives the memory back. Closing twice is harmless. */
  @Override
  public void close() {
    if (!closed) {
      closed = true;
      if (prefetcher != null) {
        prefetcher.close();
      }
      scope.close();
    }
  }
}
