package dev.lanewise.internal.concurrent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The pool: every task once, whatever happens around it. */
@Timeout(60)
final class ParallelTest {

  private static void assertAllOnce(Parallel pool, int tasks) {
    var runs = new AtomicIntegerArray(Math.max(1, tasks));
    pool.run(tasks, runs::incrementAndGet);
    for (int i = 0; i < tasks; i++) {
      assertThat(runs.get(i)).as("task %d of %d", i, tasks).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 8})
  void everyTaskRunsOnce(int threads) {
    try (var pool = new Parallel(threads)) {
      assertThat(pool.threads()).isEqualTo(threads);
      for (int tasks : new int[] {0, 1, 2, 3, 7, 8, 9, 1000}) {
        assertAllOnce(pool, tasks);
      }
    }
  }

  /** Plain writes of the tasks are visible to the caller, and its own to them. */
  @Test
  void whatTasksWriteIsVisibleAfterwards() {
    try (var pool = new Parallel(3)) {
      long[] values = new long[64];
      for (int round = 1; round <= 2000; round++) {
        pool.run(values.length, i -> values[i]++);
        long expected = round;
        assertThat(values).containsOnly(expected);
      }
    }
  }

  @Test
  void workersTakePart() throws InterruptedException {
    try (var pool = new Parallel(2)) {
      var both = new CountDownLatch(2);
      // each task waits for the other, so one thread alone could not finish
      pool.run(
          2,
          i -> {
            both.countDown();
            await(both);
          });
      assertThat(both.await(0, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void workersHelpWithTheSharesOfOthers() {
    try (var pool = new Parallel(2)) {
      var second = new CountDownLatch(1);
      // tasks 0 and 1 are the caller's, who cannot go on until somebody else does task 1
      pool.run(
          4,
          i -> {
            if (i == 0) {
              await(second);
            } else if (i == 1) {
              second.countDown();
            }
          });
      assertThat(second.getCount()).isZero();
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5})
  void callsFromInsideATaskAreDoneByItsThread(int threads) {
    try (var pool = new Parallel(threads)) {
      var sum = new AtomicInteger();
      pool.run(
          20,
          i -> {
            Thread outer = Thread.currentThread();
            pool.run(
                10,
                j -> {
                  assertThat(Thread.currentThread()).isSameAs(outer);
                  pool.run(3, k -> sum.incrementAndGet());
                });
          });
      assertThat(sum).hasValue(600);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5})
  void exceptionsReachTheCallerAndThePoolSurvives(int threads) {
    try (var pool = new Parallel(threads)) {
      for (int round = 0; round < 200; round++) {
        var failure = round % 2 == 0 ? new IllegalStateException("x") : new StackOverflowError("x");
        int bad = round % 10;
        var running = new AtomicInteger();
        assertThatThrownBy(
                () ->
                    pool.run(
                        10,
                        i -> {
                          running.incrementAndGet();
                          try {
                            if (i == bad) {
                              switch (failure) {
                                case RuntimeException e -> throw e;
                                case Error e -> throw e;
                                default -> throw new AssertionError(failure);
                              }
                            }
                          } finally {
                            running.decrementAndGet();
                          }
                        }))
            .isSameAs(failure);
        assertThat(running).as("tasks still running").hasValue(0);
      }
      assertAllOnce(pool, 100);
    }
  }

  @Test
  void tasksAfterAFailureAreSkipped() {
    try (var pool = new Parallel(2)) {
      var runs = new AtomicInteger();
      assertThatThrownBy(
              () ->
                  pool.run(
                      1_000_000,
                      i -> {
                        runs.incrementAndGet();
                        throw new IllegalArgumentException("task " + i);
                      }))
          .isInstanceOf(IllegalArgumentException.class);
      assertThat(runs.get()).isLessThan(1000);
    }
  }

  @Test
  void manySmallJobsOfTwoCallersAtOnce() throws InterruptedException {
    int jobs = 50_000;
    int tasks = 3;
    try (var pool = new Parallel(3)) {
      var done = new AtomicLong();
      Set<Throwable> failures = ConcurrentHashMap.newKeySet();
      Runnable caller =
          () -> {
            try {
              int[] runs = new int[tasks];
              for (int job = 0; job < jobs; job++) {
                pool.run(tasks, i -> runs[i]++);
              }
              for (int count : runs) {
                done.addAndGet(count);
              }
            } catch (RuntimeException | Error e) {
              failures.add(e);
            }
          };
      Thread other = Thread.ofPlatform().start(caller);
      caller.run();
      other.join();
      assertThat(failures).isEmpty();
      assertThat(done).hasValue(2L * jobs * tasks);
    }
  }

  @Test
  void aClosedPoolLeavesTheWorkToItsCallers() throws InterruptedException {
    var pool = new Parallel(3);
    assertAllOnce(pool, 10);
    Set<Thread> workers = ConcurrentHashMap.newKeySet();
    var all = new CountDownLatch(3);
    pool.run(
        3,
        i -> {
          workers.add(Thread.currentThread());
          all.countDown();
          await(all);
        });
    workers.remove(Thread.currentThread());
    assertThat(workers).hasSize(2).allMatch(Thread::isDaemon);
    pool.close();
    pool.close();
    for (Thread worker : workers) {
      worker.join(30_000);
      assertThat(worker.isAlive()).isFalse();
    }
    assertAllOnce(pool, 10);
  }

  @Test
  void atLeastOneThread() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Parallel(0))
        .withMessage("threads: 0, expected at least 1");
  }
}
