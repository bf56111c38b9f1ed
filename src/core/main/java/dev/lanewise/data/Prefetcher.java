package dev.lanewise.data;

import dev.lanewise.data.BatchFiller.Slot;
import dev.lanewise.tensor.Scope;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Prepares batches on a daemon thread, a bounded number ahead. Slots go round: free, filled, in the
 * consumer's hands, free.
 */
final class Prefetcher implements AutoCloseable {
  private final BatchFiller filler;
  private final int first;
  private final BlockingQueue<Slot> free;
  private final BlockingQueue<Outcome> ready;
  private final Thread thread;
  private @Nullable Slot inUse;

  /** A filled slot, or what went wrong instead. */
  private sealed interface Outcome {
    record Filled(Slot slot, Batch batch) implements Outcome {}

    record Failed(Throwable cause) implements Outcome {}
  }

  /** Starts the thread; {@code scope} must outlive this. */
  Prefetcher(BatchFiller filler, Scope scope, int first, int ahead) {
    this.filler = filler;
    this.first = first;
    int slots = Math.min(ahead, filler.count() - first) + 1;
    free = new ArrayBlockingQueue<>(slots);
    ready = new ArrayBlockingQueue<>(slots);
    for (int i = 0; i < slots; i++) {
      free.add(filler.slot(scope));
    }
    thread = Thread.ofPlatform().name("lanewise-prefetch").daemon().start(this::run);
  }

  private void run() {
    try {
      for (int index = first; index < filler.count(); index++) {
        Slot slot = free.take();
        ready.put(new Outcome.Filled(slot, filler.fill(slot, index)));
      }
    } catch (InterruptedException e) {
      // The consumer has closed this and waits for the thread to end.
      Thread.currentThread().interrupt();
    } catch (RuntimeException | Error e) {
      // There is room: a slot is free or in this thread's hands.
      ready.add(new Outcome.Failed(e));
    }
  }

  /** The next batch; takes back the slot of the one before. Throws what filling it threw. */
  Batch next() {
    if (inUse != null) {
      free.add(inUse);
      inUse = null;
    }
    try {
      switch (ready.take()) {
        case Outcome.Filled filled -> {
          inUse = filled.slot;
          return filled.batch;
        }
        case Outcome.Failed failed -> {
          // Whoever asks again gets the same answer.
          ready.add(failed);
          if (failed.cause instanceof Error error) {
            throw error;
          }
          throw (RuntimeException) failed.cause;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DataException("interrupted while waiting for the next batch", e);
    }
  }

  /** Stops the thread and waits until it is gone, for it writes into the slots. */
  @Override
  public void close() {
    thread.interrupt();
    boolean interrupted = false;
    while (true) {
      try {
        thread.join();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
