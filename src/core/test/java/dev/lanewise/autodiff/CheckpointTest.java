package dev.lanewise.autodiff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.lanewise.tensor.DType;
import dev.lanewise.tensor.OffHeap;
import dev.lanewise.tensor.Parameters;
import dev.lanewise.tensor.Scope;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import dev.lanewise.tensor.TensorStore;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Blocks that are computed again give the same bits and need less memory. */
final class CheckpointTest {
  private static final int WIDTH = 17;

  private final Parameters params =
      new Parameters(
          TensorStore.builder(DType.F64)
              .add("b", Shape.of(WIDTH))
              .add("w", Shape.of(WIDTH, WIDTH))
              .build());

  CheckpointTest() {
    Random random = new Random(9);
    for (String name : params.names()) {
      Tensor t = params.values().get(name);
      t.copyFrom(random.doubles(t.size(), -0.5, 0.5).toArray());
    }
  }

  @AfterEach
  void close() {
    params.close();
  }

  /** Reads each input and parameter more than once. */
  private static Var block(Tape tape, Var... in) {
    Var h = in[0].matmul(tape.parameter("w")).add(tape.parameter("b")).tanh();
    return h.mul(in[0]).add(in[in.length - 1].dropout(0.3, 5)).sub(tape.parameter("b").square());
  }

  private static Var run(Tape tape, boolean checkpoint, Var... in) {
    return checkpoint ? tape.checkpoint(CheckpointTest::block, in) : block(tape, in);
  }

  /** Three blocks that share parameters, with other uses of the same variables around. */
  private static Var network(Tape tape, boolean checkpoint, Var x) {
    Var a = run(tape, checkpoint, x.mul(tape.parameter("b")), x);
    Var b = run(tape, checkpoint, a, a);
    return run(tape, checkpoint, b.add(a), x).mul(tape.parameter("b")).square().mean();
  }

  private double[][] gradients(boolean checkpoint) {
    try (Tape tape = Tape.open(params)) {
      Var x = input(tape);
      Var loss = network(tape, checkpoint, x);
      tape.backward(loss);
      return new double[][] {
        {loss.item()}, tape.gradient(x).toDoubles(), params.gradients().flat().toDoubles()
      };
    }
  }

  private static Var input(Tape tape) {
    Shape shape = Shape.of(5, WIDTH);
    double[] values = new Random(3).doubles(shape.size(), -1, 1).toArray();
    return tape.variable(tape.scope().allocate(DType.F64, shape).copyFrom(values));
  }

  @Test
  void sameBits() {
    assertThat(gradients(true)).isDeepEqualTo(gradients(false));
  }

  @Test
  void canBeDifferentiatedTwice() {
    try (Scope scope = Scope.open("test")) {
      double[] values = new Random(4).doubles(2 * WIDTH, -1, 1).toArray();
      Tensor x = scope.allocate(DType.F64, Shape.of(2, WIDTH)).copyFrom(values);
      GradCheck.of("network", (tape, in) -> network(tape, true, in[0]))
          .by(params)
          .directions(x)
          .second(x);
    }
  }

  @Test
  void blocksMayHaveBlocks() {
    try (Tape tape = Tape.open(params)) {
      Tape.Block outer = (inner, in) -> inner.checkpoint(CheckpointTest::block, in).exp();
      Var x = input(tape);
      tape.backward(tape.checkpoint(outer, x).sum());
      double[] nested = params.gradients().flat().toDoubles();
      tape.reset();
      tape.backward(block(tape, input(tape)).exp().sum());
      assertThat(nested).isEqualTo(params.gradients().flat().toDoubles());
    }
  }

  @Test
  void keepsWhatIsBetweenTheBlocksOnly() {
    assertThat(memory(true)).isLessThan(memory(false) / 2);
  }

  /** Bytes after ten blocks of ten wide results each. */
  private static long memory(boolean checkpoint) {
    long before = OffHeap.liveBytes();
    try (Tape tape = Tape.open()) {
      Tape.Block block =
          (on, in) -> {
            Var y = in[0];
            for (int i = 0; i < 10; i++) {
              y = y.tanh();
            }
            return y;
          };
      Var x = tape.variable(tape.scope().zeros(DType.F32, Shape.of(1, 1 << 18)));
      for (int i = 0; i < 10; i++) {
        x = checkpoint ? tape.checkpoint(block, x) : block.of(tape, x);
      }
      return OffHeap.liveBytes() - before;
    }
  }

  @Test
  void refusesResultsFromElsewhere() {
    try (Tape tape = Tape.open(params);
        Tape other = Tape.open()) {
      Var x = input(tape);
      Var foreign = input(other);
      assertThatIllegalArgumentException().isThrownBy(() -> tape.checkpoint((t, in) -> x, x));
      assertThatIllegalArgumentException()
          .isThrownBy(() -> tape.checkpoint((t, in) -> in[0], foreign))
          .withMessage("checkpoint: an input is on another tape");
    }
  }
}
