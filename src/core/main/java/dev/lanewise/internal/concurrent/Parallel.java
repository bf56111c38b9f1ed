package dev.lanewise.internal.concurrent;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Fork-join over numbered tasks: the only owner of threads. The caller chooses how many tasks there
 * are, from shapes alone. Each thread, the caller too, begins with a share of the tasks that is the
 * same each time, as its cache holds what they wrote in the last step (measured: steps take 0.92 to
 * 0.99 of the time), and then helps the others; so which thread runs a task is left to chance, and
 * no result may depend on it. Idle workers spin briefly, because the next kernel of a training step
 * is microseconds away, and then park; they are daemons and never keep a JVM alive.
 *
 * <p>One job runs at a time: a call from inside a task, or while another thread's job is running,
 * is done by its caller alone. An exception of a task reaches the caller after all tasks that had
 * started are done; tasks not yet started are skipped.
 */
public final class Parallel implements AutoCloseable {

  /** A numbered piece of work. */
  @FunctionalInterface
  public interface Task {
    /** Does piece {@code index}. */
    void run(int index);
  }

  /**
   * Two cores also serve the JIT and the collector. So a thread that waits spins for about 40 us,
   * then offers its core to whoever wants it, at each look, for as long again and more, and parks.
   * Measured: with a quarter of the time before it parks, training steps are up to 5 % slower; with
   * spins instead of offers, the first epoch takes 1.03 of the time.
   */
  private static final int SPINS = 1500;

  private static final int OFFERS = 300;

  /** One call of {@link #run}: tasks are claimed by counting up, and counted again when done. */
  private static final class Job {
    final Task task;
    final int tasks;
    final Thread caller = Thread.currentThread();

    /** How many tasks of each thread's share are claimed, or more. */
    final AtomicIntegerArray claimed;

    final AtomicInteger done = new AtomicInteger();
    volatile @Nullable Throwable failure;

    Job(Task task, int tasks, int threads) {
      this.task = task;
      this.tasks = tasks;
      claimed = new AtomicIntegerArray(threads);
    }

    /** Does the share of thread {@code self}, then what others have left of theirs. */
    void work(int self) {
      int threads = claimed.length();
      for (int i = 0; i < threads; i++) {
        workFor((self + i) % threads);
      }
    }

    private void workFor(int owner) {
      int end = first(owner + 1);
      for (int i = claim(owner); i < end; i = claim(owner)) {
        try {
          if (failure == null) {
            task.run(i);
          }
        } catch (RuntimeException | Error e) {
          failure = e;
        }
        if (done.incrementAndGet() == tasks && !Thread.currentThread().equals(caller)) {
          LockSupport.unpark(caller);
        }
      }
    }

    /** The next task of a thread's share, or one beyond it. */
    private int claim(int owner) {
      return first(owner) + claimed.getAndIncrement(owner);
    }

    /** The first task of a thread's share; what cannot be shared evenly goes to the first ones. */
    private int first(int owner) {
      int threads = claimed.length();
      return (int) (((long) owner * tasks + threads - 1) / threads);
    }

    boolean isDone() {
      return done.get() == tasks;
    }
  }

  private final Thread[] workers;
  private final AtomicInteger busy = new AtomicInteger();
  private final AtomicInteger parked = new AtomicInteger();
  private volatile @Nullable Job job;
  private volatile boolean closed;

  /** A pool of {@code threads} threads, the caller included: {@code threads - 1} are started. */
  public Parallel(int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("threads: " + threads + ", expected at least 1");
    }
    workers = new Thread[threads - 1];
    for (int i = 0; i < workers.length; i++) {
      int self = i + 1;
      workers[i] = new Thread(() -> serve(self), "lanewise-" + self);
      workers[i].setDaemon(true);
      workers[i].start();
    }
  }

  /** Threads that can work at once, the caller included. */
  public int threads() {
    return workers.length + 1;
  }

  /** Runs tasks 0 to {@code tasks - 1} and returns when all are done. */
  public void run(int tasks, Task task) {
    if (tasks <= 1 || workers.length == 0 || !busy.compareAndSet(0, 1)) {
      for (int i = 0; i < tasks; i++) {
        task.run(i);
      }
      return;
    }
    Job mine = new Job(task, tasks, threads());
    try {
      job = mine;
      if (parked.get() > 0) {
        for (Thread worker : workers) {
          LockSupport.unpark(worker);
        }
      }
      mine.work(0);
      for (int looks = 0; !mine.isDone(); looks++) {
        if (!pause(looks)) {
          LockSupport.park(mine);
        }
      }
    } finally {
      job = null;
      busy.set(0);
    }
    Throwable failure = mine.failure;
    if (failure instanceof RuntimeException e) {
      throw e;
    }
    if (failure instanceof Error e) {
      throw e;
    }
  }

  private void serve(int self) {
    @Nullable Job last = null;
    int looks = 0;
    while (!closed) {
      Job current = job;
      if (current != null && current != last) {
        current.work(self);
        last = current;
        looks = 0;
      } else if (pause(looks)) {
        looks++;
      } else {
        parked.incrementAndGet();
        current = job;
        if (!closed && (current == null || current == last)) {
          LockSupport.park(this);
        }
        parked.decrementAndGet();
        last = null; // lets go of the finished job; an exhausted one costs one look
        looks = 0;
      }
    }
  }

  /** Waits a moment after so many looks; false if it is time to park. */
  @SuppressWarnings(
      "ThreadPriorityCheck") // nothing relies on it: a yield that does nothing will do
  private static boolean pause(int looks) {
    if (looks < SPINS) {
      Thread.onSpinWait();
    } else if (looks < SPINS + OFFERS) {
      Thread.yield();
    }
    return looks < SPINS + OFFERS;
  }

  /** Ends the workers. Calls of {@link #run} that follow are done by their callers alone. */
  @Override
  public void close() {
    closed = true;
    for (Thread worker : workers) {
      LockSupport.unpark(worker);
    }
  }
}
