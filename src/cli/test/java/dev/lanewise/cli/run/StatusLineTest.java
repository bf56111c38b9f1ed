package dev.lanewise.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class StatusLineTest {
  @Test
  void aShorterTextHidesALongerOne() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    AtomicLong nanos = new AtomicLong();
    PrintWriter out = new PrintWriter(bytes, true, StandardCharsets.UTF_8);
    StatusLine line = new StatusLine(out, true, () -> nanos.getAndAdd(100_000_000));
    line.show(() -> "4 of 10");
    line.showNow("5");
    line.clear();
    line.show(() -> "6");
    line.clear();
    assertThat(bytes.toString(StandardCharsets.UTF_8))
        .isEqualTo("\r4 of 10\r5      \r       \r\r6\r \r");
  }
}
