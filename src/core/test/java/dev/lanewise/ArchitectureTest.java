package dev.lanewise;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class ArchitectureTest {

  @Test
  void testsRunInsideTheModule() {
    assertThat(ArchitectureTest.class.getModule().getName()).isEqualTo("dev.lanewise");
  }
}
