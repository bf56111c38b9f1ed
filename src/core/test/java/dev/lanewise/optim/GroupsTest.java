package dev.lanewise.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lanewise.autodiff.Tape;
import dev.lanewise.tensor.DType;
import dev.lanewise.tensor.Parameters;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.TensorStore;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Parameters with an optimizer of their own, and with none. */
class GroupsTest {
  private static final List<String> NAMES = List.of("a.weight", "a.bias", "b.weight", "b.bias");

  private static Parameters parameters() {
    var builder = TensorStore.builder(DType.F32).label("test");
    int size = 3;
    for (String name : NAMES) {
      builder.add(name, Shape.of(size));
      size = 4 * size + 1;
    }
    Parameters parameters = new Parameters(builder.build());
    Cases.randomize(parameters.values(), 1, 2);
    return parameters;
  }

  /** Each parameter after some steps of {@code plan}. */
  private static List<float[]> train(OptimizerPlan plan, String... frozen) {
    try (var parameters = parameters().freeze(frozen);
        var state = plan.start(parameters)) {
      for (int t = 0; t < 5; t++) {
        Cases.randomize(parameters.gradients(), 10 + t, 1);
        state.step();
      }
      state
          .slots()
          .values()
          .forEach(slot -> assertThat(List.of(frozen)).doesNotContainAnyElementsOf(slot.names()));
      return NAMES.stream().map(name -> parameters.values().get(name).toFloats()).toList();
    }
  }

  @Test
  void eachGroupIsAsIfAlone() {
    AdamW main = AdamW.of(0.1).weightDecay(0.5);
    Schedule schedule = Schedule.exponential(0.5);
    OptimizerPlan grouped =
        main.schedule(schedule)
            .groups(
                new ParameterGroup("b.bias", Sgd.of(0.01).momentum(0.9)),
                new ParameterGroup("*.bias", main.weightDecay(0)));
    List<float[]> all = train(grouped);
    List<float[]> decayed = train(main.schedule(schedule));
    List<float[]> plain = train(main.weightDecay(0).schedule(schedule));
    List<float[]> slow = train(Sgd.of(0.01).momentum(0.9).schedule(schedule));
    assertThat(all.get(0)).isEqualTo(decayed.get(0));
    assertThat(all.get(1)).isEqualTo(plain.get(1)).isNotEqualTo(decayed.get(1));
    assertThat(all.get(2)).isEqualTo(decayed.get(2));
    assertThat(all.get(3)).isEqualTo(slow.get(3));
  }

  @Test
  void groupsHaveTheSlotsTheyNeed() {
    try (var parameters = parameters();
        var state =
            Adam.of()
                .plan()
                .groups(new ParameterGroup("a.*", Sgd.of(0.1).momentum(0.9)))
                .start(parameters)) {
      assertThat(state.slots().keySet())
          .containsExactly("momentum_buffer", "exp_avg", "exp_avg_sq");
      assertThat(state.slots().get("momentum_buffer").names())
          .containsExactly("a.weight", "a.bias");
      assertThat(state.slots().get("exp_avg").names()).containsExactly("b.weight", "b.bias");
    }
  }

  @Test
  void frozenParametersStay() {
    OptimizerPlan plan = AdamW.of(0.1).regularize(Regularizer.l2(0.1));
    List<float[]> some = train(plan, "a.*", "b.bias");
    List<float[]> all = train(plan);
    try (var start = parameters()) {
      for (int i : new int[] {0, 1, 3}) {
        assertThat(some.get(i)).isEqualTo(start.values().get(NAMES.get(i)).toFloats());
      }
    }
    assertThat(some.get(2)).isEqualTo(all.get(2));
  }

  @Test
  void frozenParametersHaveNoGradient() {
    try (var parameters = parameters().freeze("a.weight");
        var tape = Tape.open(parameters)) {
      Cases.randomize(parameters.gradients(), 3, 1);
      var a = tape.parameter("a.weight");
      assertThat(tape.parameter("a.weight")).isSameAs(a);
      tape.backward(a.square().sum().mul(tape.parameter("a.bias").sum()));
      assertThat(parameters.gradients().get("a.weight").toFloats()).containsOnly(0);
      assertThat(parameters.gradients().get("a.bias").getFloat(0)).isNotZero();
      parameters.unfreeze();
      tape.reset();
      tape.backward(tape.parameter("a.weight").sum());
      assertThat(parameters.gradients().get("a.weight").toFloats()).containsOnly(1);
    }
  }

  @Test
  void impossibleChoicesAreRefused() {
    try (var parameters = parameters();
        var state = Sgd.of(1).start(parameters)) {
      OptimizerPlan nobody = Sgd.of(1).plan().groups(new ParameterGroup("c.*", Sgd.of(2)));
      assertThatThrownBy(() -> nobody.start(parameters))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("no parameter matches \"c.*\"; there are " + NAMES);
      assertThatThrownBy(() -> parameters.freeze("weight")).hasMessageContaining("\"weight\"");
      float[] before = parameters.values().flat().toFloats();
      parameters.gradients().get("a.bias").fill(1);
      parameters.freeze("b.*");
      assertThatThrownBy(state::step)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("start the optimizer again");
      assertThat(parameters.values().flat().toFloats()).isEqualTo(before);
    }
  }
}
