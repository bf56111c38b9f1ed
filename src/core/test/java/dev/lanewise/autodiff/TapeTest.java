package dev.lanewise.autodiff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.lanewise.engine.Engine;
import dev.lanewise.engine.EngineOptions;
import dev.lanewise.engine.KernelChoice;
import dev.lanewise.engine.Mode;
import dev.lanewise.tensor.DType;
import dev.lanewise.tensor.DTypeException;
import dev.lanewise.tensor.LanewiseException;
import dev.lanewise.tensor.Parameters;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.ShapeException;
import dev.lanewise.tensor.Tensor;
import dev.lanewise.tensor.TensorStore;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the tape promises beyond the gradients of single ops. */
final class TapeTest {

  private final Parameters params =
      new Parameters(
          TensorStore.builder(DType.F32)
              .add("w", Shape.of(2, 3))
              .add("b", Shape.of(3))
              .add("unused", Shape.of(5))
              .build());
  private final Tape tape = Tape.open(params);

  TapeTest() {
    params.values().get("w").copyFrom(new float[] {1, 2, 3, 4, 5, 6});
    params.values().get("b").copyFrom(new float[] {-1, 0, 1});
  }

  @AfterEach
  void close() {
    tape.close();
    params.close();
  }

  private Var floats(long... dims) {
    Shape shape = Shape.of(dims);
    float[] values = new float[(int) shape.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = i + 1;
    }
    return tape.variable(tape.scope().allocate(DType.F32, shape).copyFrom(values));
  }

  private Var vector(float... values) {
    return tape.variable(tape.scope().of(values));
  }

  private float[] gradient(String name) {
    return params.gradients().get(name).toFloats();
  }

  // ---- gradients ----

  @Test
  void gradientsOfBroadcastInputsAreSummedToTheirShape() {
    Var column = floats(2, 1);
    Var row = floats(3);
    Var scalar = vector(2).reshape(Shape.scalar()).retainGradient();
    Var wide = floats(4, 2, 3);
    tape.backward(column.mul(row).add(scalar).mul(wide).sum());
    for (Var v : List.of(column, row, scalar, wide)) {
      assertThat(tape.gradient(v).shape()).isEqualTo(v.shape());
    }
    // d/d column[i] = sum over (k, j) of row[j] * wide[k, i, j]
    assertThat(tape.gradient(column).toFloats()).containsExactly(272, 344);
    assertThat(tape.gradient(scalar).toFloats()).containsExactly(300);
  }

  @Test
  void parametersAreWrittenAndUnusedOnesAreZero() {
    params.gradients().flat().fill(7);
    Var x = tape.input(tape.scope().of(new float[] {1, 10}, 1, 2));
    tape.backward(x.matmul(tape.parameter("w")).add(tape.parameter("b")).sum());
    assertThat(gradient("w")).containsExactly(1, 1, 1, 10, 10, 10);
    assertThat(gradient("b")).containsExactly(1, 1, 1);
    assertThat(gradient("unused")).containsOnly(0);
    tape.reset();
    tape.backward(tape.parameter("b").sum());
    assertThat(gradient("w")).as("not used since the reset").containsOnly(0);
  }

  @Test
  void aParameterThatIsUsedButDoesNotMatterIsZero() {
    params.gradients().flat().fill(7);
    Var _ = tape.parameter("w").square();
    tape.backward(tape.parameter("b").square().sum());
    assertThat(gradient("w")).containsOnly(0);
    assertThat(gradient("b")).containsExactly(-2, 0, 2);
  }

  @Test
  void aParameterUsedTwiceGetsBothContributions() {
    assertThat(tape.parameter("b")).isSameAs(tape.parameter("b"));
    Var b = tape.parameter("b");
    tape.backward(b.mul(b).add(b).sum());
    assertThat(gradient("b")).containsExactly(-1, 1, 3);
    tape.reset();
    Var again = tape.parameter("b");
    tape.backward(again.sum().add(again.sum()));
    assertThat(gradient("b")).containsOnly(2);
  }

  @Test
  void theLossMayBeAParameterItself() {
    tape.backward(tape.parameter("b"), tape.scope().of(new float[] {1, 2, 3}));
    assertThat(gradient("b")).containsExactly(1, 2, 3);
  }

  @Test
  void contributionsAddInTheOrderOfTheirConsumers() {
    // in F32 (1e8 + 1) - 1e8 = 0, but (1e8 - 1e8) + 1 = 1
    Var x = vector(1);
    tape.backward(x.mul(1e8).add(x.mul(1)).add(x.mul(-1e8)).sum());
    assertThat(tape.gradient(x).toFloats()).containsExactly(0);
    Var y = vector(1);
    tape.backward(y.mul(1e8).add(y.mul(-1e8)).add(y.mul(1)).sum());
    assertThat(tape.gradient(y).toFloats()).containsExactly(1);
    // the order in which the sum is written does not matter, that of creation does
    Var z = vector(1);
    Var first = z.mul(1e8);
    Var second = z.mul(1);
    Var third = z.mul(-1e8);
    tape.backward(third.add(first).add(second).sum());
    assertThat(tape.gradient(z).toFloats()).containsExactly(0);
  }

  @Test
  void aSecondBackwardPassGivesTheSameBits() {
    Var x = floats(7);
    Var loss = x.sin().mul(x.exp()).add(x.div(x.add(3))).softmax(0).square().sum();
    tape.backward(loss);
    float[] once = tape.gradient(x).toFloats();
    tape.backward(loss);
    assertThat(tape.gradient(x).toFloats()).isEqualTo(once);
  }

  @Test
  void nothingFlowsThroughStopGradientAndConstants() {
    Var x = vector(3);
    tape.backward(x.mul(x.stopGradient()).sum());
    assertThat(tape.gradient(x).toFloats()).containsExactly(3);
    Var constant = tape.constant(x.tensor());
    tape.backward(x.mul(constant).sum());
    assertThatIllegalStateException().isThrownBy(() -> tape.gradient(constant));
    tape.backward(constant.square().sum());
    assertThatIllegalStateException().isThrownBy(() -> tape.gradient(x));
  }

  @Test
  void gradientsCanBeDifferentiatedAgain() {
    Var x = vector(2, -3);
    params.gradients().flat().fill(7);
    Var first = tape.gradients(x.square().mul(x).sum(), x).getFirst();
    assertThat(first.tensor().toFloats()).containsExactly(12, 27);
    Var second = tape.gradients(first.sum(), x).getFirst();
    assertThat(second.tensor().toFloats()).containsExactly(12, -18);
    Var third = tape.gradients(second.sum(), x).getFirst();
    assertThat(third.tensor().toFloats()).containsExactly(6, 6);
    assertThat(tape.gradients(third.sum(), x).getFirst().tensor().toFloats()).containsOnly(0);
    assertThat(params.gradients().flat().toFloats()).as("left alone").containsOnly(7);
    // a gradient penalty, down to the parameters
    Var b = tape.parameter("b");
    Var slope = tape.gradients(b.square().mul(b).sum(), b).getFirst();
    tape.backward(slope.sum());
    assertThat(gradient("b")).containsExactly(-6, 0, 6);
  }

  // ---- custom ops ----

  /** x^2, with its gradient in terms of variables; the second input takes no part. */
  private record Squared(boolean wrong) implements CustomOp {
    @Override
    public String name() {
      return "squared";
    }

    @Override
    public Shape shape(Shape... in) {
      return in[0];
    }

    @Override
    public void forward(Tensor[] in, Tensor out) {
      for (long i = 0; i < out.size(); i++) {
        double x = in[0].reshape(in[0].size()).getDouble(i);
        out.reshape(out.size()).setDouble(x * x, i);
      }
    }

    @Override
    public List<@Nullable Var> gradient(Var[] in, Var out, Var g) {
      return wrong ? List.of(g.mul(in[0])) : Arrays.asList(g.mul(in[0]).mul(2), null);
    }
  }

  @Test
  void customOpsTakePart() {
    Var x = floats(2, 2);
    Var other = vector(1);
    Var y = x.apply(new Squared(false), other);
    assertThat(y.tensor().toFloats()).containsExactly(1, 4, 9, 16);
    tape.backward(y.mul(x).sum());
    assertThat(tape.gradient(x).toFloats()).containsExactly(3, 12, 27, 48);
    assertThatIllegalStateException().isThrownBy(() -> tape.gradient(other));
    Var slope = tape.gradients(y.sum(), x).getFirst();
    assertThat(tape.gradients(slope.sum(), x).getFirst().tensor().toFloats()).containsOnly(2);
  }

  @Test
  void aCustomOpMustAnswerForEveryInput() {
    Var y = floats(2).apply(new Squared(true), vector(1));
    assertThatExceptionOfType(IllegalStateException.class)
        .isThrownBy(() -> tape.backward(y.sum()))
        .withMessage("squared: its gradient has 1 entries for 2 inputs");
  }

  /** An op whose bits depend on the machine. */
  private record Loose() implements CustomOp {
    @Override
    public String name() {
      return "loose";
    }

    @Override
    public boolean isStrict() {
      return false;
    }

    @Override
    public Shape shape(Shape... in) {
      return in[0];
    }

    @Override
    public void forward(Tensor[] in, Tensor out) {
      out.copyFrom(in[0]);
    }

    @Override
    public List<@Nullable Var> gradient(Var[] in, Var out, Var g) {
      return List.of(g);
    }
  }

  @Test
  void strictModeRefusesAnOpWithoutAStrictPathByName() {
    EngineOptions vector = EngineOptions.defaults().threads(1).kernels(KernelChoice.VECTOR);
    try (Engine strict = Engine.of(vector.mode(Mode.STRICT));
        Tape refusing = Tape.open(strict, null);
        Engine fast = Engine.of(vector.mode(Mode.FAST));
        Tape allowing = Tape.open(fast, null)) {
      Var x = refusing.constant(refusing.scope().of(new int[] {1}));
      assertThatExceptionOfType(LanewiseException.class)
          .isThrownBy(() -> x.apply(new Loose()))
          .withMessageStartingWith("loose: has no strict path");
      Var y = allowing.constant(allowing.scope().of(new int[] {1}));
      assertThat(y.apply(new Loose()).tensor().toInts()).containsExactly(1);
    }
  }

  // ---- misuse ----

  @Test
  void shapesThatDoNotFitAreNamed() {
    Var a = floats(64, 128);
    Var b = floats(256, 10);
    Var three = floats(3);
    Map<String, Supplier<Var>> misfits =
        Map.ofEntries(
            Map.entry(
                "matmul: inner dimensions differ: [64, 128] x [256, 10] (128 != 256)",
                () -> a.matmul(b)),
            Map.entry(
                "matmul: needs at least one axis each: [3] x []", () -> three.matmul(three.sum())),
            Map.entry(
                "linear: input [64, 128] does not fit weights [out, in] = [256, 10]",
                () -> a.linear(b, three)),
            Map.entry("linear: bias [3] does not fit weights [64, 128]", () -> a.linear(a, three)),
            Map.entry("add: shapes do not broadcast: [64, 128] x [3]", () -> a.add(three)),
            Map.entry("reshape: [3] has 3 elements, [2, 2] has 4", () -> three.reshape(2, 2)),
            Map.entry("expand: [3] does not broadcast to [1]", () -> three.expand(Shape.of(1))),
            Map.entry("transpose: needs two axes, found [3]", three::transpose),
            Map.entry("item: expected one element, found [3]", () -> vector((float) three.item())),
            Map.entry("sum: axis 0 is given twice.", () -> a.sum(0, 0)),
            Map.entry(
                "concat: shapes differ outside axis 0: [64, 128] and [256, 10]",
                () -> a.concat(0, b)),
            Map.entry(
                "index_select: index 3 at position 1 is out of range for axis 0 of [3]",
                () -> three.indexSelect(0, tape.scope().of(new int[] {0, 3}))),
            Map.entry(
                "cross_entropy: class index -1 at position 0 is not below the number of classes, 3",
                () -> floats(1, 3).crossEntropy(tape.constant(tape.scope().of(new int[] {-1})), 0)),
            Map.entry(
                "cross_entropy: expected logits [n, classes] and class indices [n], found [3] and"
                    + " [1]",
                () -> three.crossEntropy(tape.constant(tape.scope().of(new int[] {0})), 0)),
            Map.entry("amax: axis 0 of [0] is empty", () -> three.slice(0, 1, 1).amax(false, 0)));
    misfits.forEach(
        (message, misfit) ->
            assertThatExceptionOfType(ShapeException.class)
                .isThrownBy(misfit::get)
                .withMessage(message));
  }

  @Test
  void typesThatDoNotFitAreNamed() {
    Var single = floats(2, 2);
    Map<String, Function<Var, Var>> misfits =
        Map.of(
            "add: element types differ: F32 and F64; cast one of them.",
            x -> x.add(x.cast(DType.F64)),
            "matmul: element types differ: F32 and F64; cast one of them.",
            x -> x.matmul(x.cast(DType.F64)),
            "exp: computes in F32 or F64, found I32; cast it.",
            x -> x.cast(DType.I32).exp(),
            "gather: indices must be I32 or I64, found F32.",
            x -> x.gather(0, x.tensor()),
            "cross_entropy: indices must be I32 or I64, found F32.",
            x -> x.crossEntropy(x.sum(0), 0));
    misfits.forEach(
        (message, misfit) ->
            assertThatExceptionOfType(DTypeException.class)
                .isThrownBy(() -> misfit.apply(single))
                .withMessage(message));
  }

  @Test
  void aLossHasOneElementAndASeedFits() {
    Var x = floats(2, 3);
    assertThatExceptionOfType(ShapeException.class)
        .isThrownBy(() -> tape.backward(x))
        .withMessage(
            "backward: expected a loss of one element, found [2, 3]; reduce it, or give the"
                + " gradient of the result.");
    assertThatExceptionOfType(ShapeException.class)
        .isThrownBy(() -> tape.backward(x, tape.scope().zeros(DType.F32, Shape.of(3))))
        .withMessage("backward: the seed [3] does not have the shape of the result [2, 3]");
    assertThatExceptionOfType(DTypeException.class)
        .isThrownBy(() -> tape.backward(x, tape.scope().zeros(DType.F64, x.shape())))
        .withMessage("backward: the seed is F64, the result F32");
  }

  @Test
  void variablesOfAnotherTapeAreRefused() {
    try (var other = Tape.open()) {
      Var foreign = other.variable(other.scope().of(new float[] {1}));
      Var mine = vector(1);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> mine.add(foreign))
          .withMessage("add: its inputs are on different tapes");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> tape.backward(foreign))
          .withMessage("backward: the result is on another tape");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> tape.gradients(mine, foreign))
          .withMessage("gradients: a variable is on another tape");
    }
  }

  @Test
  void unknownParametersAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> tape.parameter("v"))
        .withMessage("tape: no parameter v; known: [w, b, unused]");
  }

  @Test
  void variablesDieWithAReset() {
    Var x = floats(3);
    Var y = x.square();
    tape.reset();
    assertThatIllegalStateException().isThrownBy(() -> y.tensor().toFloats());
    assertThatIllegalStateException().isThrownBy(() -> y.exp());
  }

  @Test
  void theFirstValueThatIsNotFiniteIsFound() {
    Var x = vector(1, 0);
    assertThat(tape.firstNonFinite()).isEqualTo("the gradient norm");
    Var y = x.log();
    Var _ = y.square();
    assertThat(tape.firstNonFinite()).isEqualTo("the result of log [2]");
    tape.reset();
    Var _ = vector(1, Float.NaN).exp();
    assertThat(tape.firstNonFinite()).isEqualTo("a variable");
  }
}
