package dev.lanewise.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lanewise.tensor.Scope;
import dev.lanewise.tensor.ShapeException;
import dev.lanewise.tensor.Tensor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class Sha256Test {
  /** FIPS 180-4, of nothing and of "abc". */
  private static final String NOTHING =
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

  private static final String ABC =
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

  @Test
  void addsUpHoweverItComes() throws IOException {
    Sha256 sum = new Sha256();
    assertThat(sum.hex()).isEqualTo(NOTHING);
    sum.add("abc");
    assertThat(sum.hex()).isEqualTo(ABC);
    sum.add(new byte[] {'a', 'b', 'x'}, 2);
    sum.add(new ByteArrayInputStream(new byte[] {'c'}));
    assertThat(sum.hex()).isEqualTo(ABC);
    try (Scope scope = Scope.open()) {
      sum.add(scope.of(new byte[] {'a', 'b', 'c'}));
      assertThat(sum.hex()).isEqualTo(ABC);
      Tensor large = scope.of(new int[1 << 19]);
      sum.add(large);
      String zeros = sum.hex();
      sum.add(new byte[1 << 21], 1 << 21);
      assertThat(sum.hex()).isEqualTo(zeros);
      Tensor transposed = scope.of(new byte[6], 2, 3).transpose();
      assertThatThrownBy(() -> sum.add(transposed)).isInstanceOf(ShapeException.class);
    }
  }
}
