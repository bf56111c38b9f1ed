package dev.lanewise.internal.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What /proc/cpuinfo may say. */
final class ProcessorTest {
  @Test
  void theFirstProcessorGivesNameFamilyAndModel() {
    assertEquals(
        "AMD EPYC (family 25, model 17)",
        Processor.name(
            List.of(
                "processor\t: 0",
                "vendor_id\t: AuthenticAMD",
                "cpu family\t: 25",
                "model\t\t: 17",
                "model name\t: AMD EPYC",
                "",
                "processor\t: 1",
                "model\t\t: 18"),
            "amd64"));
  }

  @Test
  void whatIsNotToldIsLeftOut() {
    assertEquals(
        "aarch64", Processor.name(List.of("processor\t: 0", "CPU part\t: 0xd0c"), "aarch64"));
    assertEquals("Some", Processor.name(List.of("model name\t: Some", "flags"), "amd64"));
  }
}
