package dev.lanewise.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class SampleCounterTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final AtomicLong nanos = new AtomicLong();

  private SampleCounter counter(boolean terminal) {
    PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    return new SampleCounter(out, terminal, "measured", nanos::get);
  }

  @Test
  void writesOneLineAgainAndTakesItAway() {
    try (SampleCounter counter = counter(true)) {
      counter.show(512);
      assertThat(bytes.toString(StandardCharsets.UTF_8)).isEmpty();
      nanos.set(100_000_000);
      counter.onEvaluation(1024);
      counter.show(1536);
    }
    assertThat(bytes.toString(StandardCharsets.UTF_8))
        .isEqualTo("\r  measured 1,024 samples\r" + " ".repeat(24) + "\r");
  }

  @Test
  void aFileGetsNothing() {
    try (SampleCounter counter = counter(false)) {
      nanos.set(100_000_000);
      counter.show(1024);
    }
    assertThat(bytes.size()).isZero();
  }
}
