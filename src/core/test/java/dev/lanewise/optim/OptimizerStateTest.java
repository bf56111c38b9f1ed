package dev.lanewise.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.lanewise.engine.Engine;
import dev.lanewise.engine.KernelChoice;
import dev.lanewise.internal.kernel.Expr;
import dev.lanewise.internal.kernel.Precision;
import dev.lanewise.tensor.DType;
import dev.lanewise.tensor.DTypeException;
import dev.lanewise.tensor.OffHeap;
import dev.lanewise.tensor.Parameters;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.TensorStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every update rule, by iteration over all algorithms. */
final class OptimizerStateTest {

  static List<Optimizer> optimizers() {
    return Cases.optimizers();
  }

  static List<Optimizer> elementwise() {
    return optimizers().stream().filter(o -> !(o instanceof Lookahead)).toList();
  }

  private static OptimizerPlan everything(Optimizer optimizer) {
    return optimizer
        .schedule(Schedule.warmup(3, 0.1).then(Schedule.cosine(10)))
        .regularize(Regularizer.elasticNet(1e-3, 1e-2))
        .clip(Clipping.norm(5));
  }

  private static void steps(OptimizerState state, Parameters parameters, int count) {
    for (int i = 0; i < count; i++) {
      Cases.randomize(parameters.gradients(), 100 + state.steps(), 0.5);
      state.step();
    }
  }

  private static Map<String, double[]> train(
      Optimizer optimizer, DType dtype, KernelChoice kernels, int threads) {
    try (var engine = Cases.engine(kernels, threads);
        var parameters = Cases.parameters(dtype);
        var state = everything(optimizer).start(engine, parameters)) {
      steps(state, parameters, 7);
      return Cases.contents(parameters, state);
    }
  }

  private static void assertSame(Map<String, double[]> actual, Map<String, double[]> expected) {
    assertThat(actual.keySet()).isEqualTo(expected.keySet());
    expected.forEach((name, data) -> assertThat(actual.get(name)).as(name).isEqualTo(data));
  }

  @ParameterizedTest
  @MethodSource("optimizers")
  void vectorsAndThreadsChangeNoBit(Optimizer optimizer) {
    for (DType dtype : List.of(DType.F32, DType.F64)) {
      var expected = train(optimizer, dtype, KernelChoice.SCALAR, 1);
      assertSame(train(optimizer, dtype, KernelChoice.VECTOR, 1), expected);
      assertSame(train(optimizer, dtype, KernelChoice.VECTOR, 3), expected);
    }
  }

  @ParameterizedTest
  @MethodSource("elementwise")
  void followsItsRule(Optimizer optimizer) {
    UpdateRule rule = UpdateRule.of(optimizer, UpdateRule.RAW_GRADIENT);
    try (var parameters = new Parameters(store(DType.F32, 13));
        var state = optimizer.start(parameters)) {
      Cases.randomize(parameters.values(), 3, 1);
      for (int t = 1; t <= 8; t++) {
        Cases.randomize(parameters.gradients(), t, 1);
        Map<String, double[]> expected = oracle(rule, parameters, state, t, optimizer.lr());
        state.step();
        Map<String, double[]> actual = new TreeMap<>();
        actual.put("values", parameters.values().get("x").toDoubles());
        state.slots().forEach((name, slot) -> actual.put(name, slot.get("x").toDoubles()));
        assertSame(actual, expected);
      }
    }
  }

  private static TensorStore store(DType dtype, long elements) {
    return TensorStore.builder(dtype).add("x", Shape.of(elements)).build();
  }

  /** The step of each element by walking the expressions. */
  private static Map<String, double[]> oracle(
      UpdateRule rule, Parameters parameters, OptimizerState state, long t, double lr) {
    List<double[]> inputs = new ArrayList<>();
    inputs.add(parameters.values().get("x").toDoubles());
    inputs.add(parameters.gradients().get("x").toDoubles());
    state.slots().values().forEach(slot -> inputs.add(slot.get("x").toDoubles()));
    double[] params = new double[rule.params()];
    rule.fill(params, t, lr, 1, rule.momentum());
    Map<String, double[]> result = new TreeMap<>();
    result.put("values", evaluate(rule.value(), inputs, params));
    rule.slots().forEach(s -> result.put(s.name(), evaluate(s.next(), inputs, params)));
    return result;
  }

  private static double[] evaluate(Expr expression, List<double[]> inputs, double[] params) {
    double[] result = new double[inputs.getFirst().length];
    for (int i = 0; i < result.length; i++) {
      int at = i;
      double[] element = inputs.stream().mapToDouble(data -> data[at]).toArray();
      result[i] = expression.evaluate(Precision.F32, element, params);
    }
    return result;
  }

  @ParameterizedTest
  @MethodSource("optimizers")
  void paddingStaysZero(Optimizer optimizer) {
    try (var parameters = Cases.parameters(DType.F32);
        var state = everything(optimizer).start(parameters)) {
      steps(state, parameters, 5);
      assertThat(Cases.padding(parameters.values())).isZero();
      state.slots().forEach((name, slot) -> assertThat(Cases.padding(slot)).as(name).isZero());
    }
  }

  @ParameterizedTest
  @MethodSource("optimizers")
  void resumesToTheSameBits(Optimizer optimizer) {
    try (var parameters = Cases.parameters(DType.F32);
        var first = everything(optimizer).start(parameters);
        var copy = Cases.parameters(DType.F32);
        var second = everything(optimizer).start(copy)) {
      steps(first, parameters, 6);
      copy.values().flat().copyFrom(parameters.values().flat());
      List<TensorStore> saved = List.copyOf(first.slots().values());
      List<TensorStore> restored = List.copyOf(second.slots().values());
      for (int i = 0; i < saved.size(); i++) {
        restored.get(i).flat().copyFrom(saved.get(i).flat());
      }
      Map<String, String> numbers = new TreeMap<>();
      first.save(numbers);
      second.restore(numbers);
      steps(first, parameters, 4);
      steps(second, copy, 4);
      assertSame(Cases.contents(copy, second), Cases.contents(parameters, first));
    }
  }

  @ParameterizedTest
  @MethodSource("optimizers")
  void goesDownhill(Optimizer optimizer) {
    try (var parameters = new Parameters(store(DType.F64, 20));
        var state = optimizer.start(parameters)) {
      var values = parameters.values().get("x");
      values.fill(1.5);
      for (int i = 0; i < 40; i++) {
        parameters.gradients().get("x").copyFrom(values);
        state.step();
      }
      assertThat(values.getDouble(3)).isBetween(-0.5, 1.497);
    }
  }

  @Test
  void stepsAllocateNoNativeMemory() {
    try (var parameters = Cases.parameters(DType.F32);
        var state = everything(AdamW.of()).start(parameters)) {
      steps(state, parameters, 1);
      long live = OffHeap.liveBytes();
      long mappings = OffHeap.mappings();
      for (int i = 0; i < 20; i++) {
        assertThat(state.gradientNorm()).isPositive();
        assertThat(state.penalty()).isPositive();
        state.step();
      }
      assertThat(OffHeap.liveBytes()).isEqualTo(live);
      assertThat(OffHeap.mappings()).isEqualTo(mappings);
    }
  }

  @Test
  void closingGivesBackEverything() {
    try (var parameters = Cases.parameters(DType.F32)) {
      long live = OffHeap.liveBytes();
      AdamW.of().start(parameters).close();
      assertThat(OffHeap.liveBytes()).isEqualTo(live);
    }
  }

  @Test
  void learningRateIsThatOfTheComingStep() {
    try (var parameters = new Parameters(store(DType.F32, 1));
        var state = Sgd.of(0.5).schedule(Schedule.step(1, 0.1)).start(parameters)) {
      assertThat(state.learningRate()).isEqualTo(0.5);
      parameters.gradients().get("x").fill(1);
      state.step(parameters);
      assertThat(parameters.values().get("x").getFloat(0)).isEqualTo(-0.5f);
      assertThat(state.learningRate()).isEqualTo(0.05);
      assertThat(state.steps()).isEqualTo(1);
    }
  }

  @Test
  void momentumFollowsTheSchedule() {
    var cycle = new Schedule.OneCycle(0.1, 6, 0.5, 2, 10, true, 0.5, 0.9);
    try (var parameters = new Parameters(store(DType.F64, 1));
        var sgd = Sgd.of(1).momentum(0.3).schedule(cycle).start(parameters)) {
      double p = 0;
      double buffer = 0;
      for (int t = 0; t < 8; t++) {
        double g = t + 1;
        parameters.gradients().get("x").fill(g);
        buffer = cycle.momentum(0, t) * buffer + g;
        p -= cycle.rate(1, t) * buffer;
        sgd.step();
        assertThat(parameters.values().get("x").getDouble(0)).isCloseTo(p, within(1e-12));
      }
    }
  }

  @Test
  void theRateFallsOnAPlateau() {
    var plateau = new ReduceOnPlateau(0.5, 1, 0.1, 1, 0.04);
    var plan = Sgd.of(0.2).plan().reduceOnPlateau(plateau);
    try (var parameters = new Parameters(store(DType.F32, 1));
        var state = plan.start(parameters);
        var resumed = plan.start(parameters)) {
      double[] losses = {5, 4.6, 4, 3.7, 3.7, 3.7, 3.7, 3.7, 1, 1, 1, 1, 1, 1, 1, 1};
      double[] rates = {
        0.2, 0.2, 0.2, 0.2, 0.1, 0.1, 0.1, 0.05, 0.05, 0.05, 0.04, 0.04, 0.04, 0.04, 0.04, 0.04
      };
      for (int i = 0; i < losses.length; i++) {
        Map<String, String> numbers = new TreeMap<>();
        state.save(numbers);
        resumed.restore(numbers);
        state.observe(losses[i]);
        resumed.observe(losses[i]);
        assertThat(state.learningRate()).as("after %d", i).isCloseTo(rates[i], within(1e-12));
        assertThat(resumed.learningRate()).isEqualTo(state.learningRate());
      }
    }
  }

  @Test
  void refusesWhatItWasNotStartedFor() {
    try (var parameters = new Parameters(store(DType.F32, 1));
        var other = new Parameters(store(DType.F32, 1));
        var state = Adam.of().start(parameters);
        var integers = new Parameters(store(DType.I32, 1))) {
      assertThatThrownBy(() -> state.step(other))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("other parameters");
      assertThatThrownBy(() -> Adam.of().start(Engine.shared(), integers))
          .isInstanceOf(DTypeException.class)
          .hasMessage("optimizer: parameters are I32, expected F32 or F64.");
    }
  }
}
