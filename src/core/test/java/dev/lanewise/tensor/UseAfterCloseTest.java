package dev.lanewise.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lanewise.autodiff.Tape;
import dev.lanewise.engine.Engine;
import dev.lanewise.engine.EngineOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/**
 * Memory that is closed and given back while 8 threads multiply with it: exceptions in checked
 * mode, and no crash. {@code -Dlanewise.soak=true} does it 10,000 times.
 */
@EnabledIf("checked")
final class UseAfterCloseTest {
  private static final int THREADS = 8;
  private static final int ROUNDS = Boolean.getBoolean("lanewise.soak") ? 10_000 : 60;

  static boolean checked() {
    return Lifetime.CHECKED;
  }

  @Test
  void duringProducts() throws InterruptedException {
    AtomicInteger refused = new AtomicInteger();
    AtomicReference<Throwable> unexpected = new AtomicReference<>();
    try (Engine engine = Engine.of(EngineOptions.defaults().threads(2))) {
      for (int round = 0; round < ROUNDS; round++) {
        Scope scope = Scope.open("shared");
        Tensor a = scope.allocate(DType.F32, Shape.of(160, 2048)).fill(1);
        Tensor b = scope.allocate(DType.F32, Shape.of(2048, 64)).fill(1);
        CountDownLatch started = new CountDownLatch(THREADS);
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < THREADS; t++) {
          threads.add(
              Thread.ofPlatform()
                  .start(
                      () -> {
                        try (Tape tape = Tape.open(engine, null)) {
                          started.countDown();
                          while (true) {
                            tape.reset();
                            tape.constant(a).matmul(tape.constant(b));
                          }
                        } catch (IllegalStateException e) {
                          refused.incrementAndGet();
                        } catch (RuntimeException | Error e) {
                          unexpected.set(e);
                        }
                      }));
        }
        started.await();
        scope.close();
        OffHeap.trim();
        for (Thread thread : threads) {
          thread.join();
        }
      }
    }
    System.out.printf(
        "use after close: %d injected, %d refused, 0 crashed%n", THREADS * ROUNDS, refused.get());
    assertThat(unexpected).hasNullValue();
    assertThat(refused).hasValue(THREADS * ROUNDS);
  }
}
