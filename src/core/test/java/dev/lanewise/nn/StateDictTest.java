package dev.lanewise.nn;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.lanewise.autodiff.Tape;
import dev.lanewise.io.FormatException;
import dev.lanewise.io.SafeTensors;
import dev.lanewise.tensor.DType;
import dev.lanewise.tensor.Scope;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateDictTest {
  private static final Path PYTORCH = Path.of("test/resources/dev/lanewise/golden/layer");

  @TempDir Path folder;

  private static Sequential network() {
    return Sequential.of(
        Conv2d.of(2, 3, 3), BatchNorm.of(3), Layers.relu(), Layers.flatten(), Linear.of(12, 4));
  }

  @Test
  void loadsWhatItSavedWithItsBuffers() {
    Path file = folder.resolve("m.safetensors");
    try (Sequential model = network().initialize(3, DType.F32);
        Sequential other = network().initialize(4, DType.F32)) {
      model.state().get("1.running_mean").fill(0.25);
      model.save(file);
      other.load(file);
      for (String name : model.store().names()) {
        assertThat(other.store().values().get(name).toFloats())
            .containsExactly(model.store().values().get(name).toFloats());
      }
      assertThat(other.state().get("1.running_mean").toFloats()).containsOnly(0.25f);
    }
    try (SafeTensors saved = SafeTensors.open(file)) {
      assertThat(saved.names())
          .containsExactlyInAnyOrder(
              "0.weight",
              "0.bias",
              "1.weight",
              "1.bias",
              "1.running_mean",
              "1.running_var",
              "4.weight",
              "4.bias");
    }
  }

  @Test
  void savesRoundedAndLoadsBack() {
    Path file = folder.resolve("m.safetensors");
    try (Sequential model = network().initialize(3, DType.F32);
        Scope scope = Scope.open()) {
      for (DType dtype : List.of(DType.BF16, DType.F16, DType.F64)) {
        model.save(file, dtype);
        Tensor weight = model.store().values().get("4.weight");
        float[] rounded = scope.copy(scope.copy(weight, dtype), DType.F32).toFloats();
        try (SafeTensors saved = SafeTensors.open(file)) {
          assertThat(saved.storedType("4.weight")).isEqualTo(dtype.name());
        }
        model.load(file);
        assertThat(weight.toFloats()).containsExactly(rounded);
      }
    }
  }

  @Test
  void computesWhatPytorchDidWithItsWeights() {
    Map<String, String> linear = Map.of("param.weight", "0.weight", "param.bias", "0.bias");
    check("linear-1", Linear.of(65, 17), linear);
    check(
        "multi_head_attention-0",
        new MultiHeadAttention(12, 2, true),
        Map.of(
            "param.in_weight", "0.in_proj_weight",
            "param.in_bias", "0.in_proj_bias",
            "param.out_weight", "0.out_proj.weight",
            "param.out_bias", "0.out_proj.bias"));
    check(
        "batch_norm_eval-1",
        BatchNorm.of(3),
        Map.of(
            "param.weight", "0.weight",
            "param.bias", "0.bias",
            "in.1", "0.running_mean",
            "in.2", "0.running_var"));
  }

  private static void check(String pytorch, Layer layer, Map<String, String> names) {
    Path file = PYTORCH.resolve(pytorch + ".safetensors");
    try (SafeTensors saved = SafeTensors.open(file);
        Sequential model = Sequential.of(layer);
        Scope scope = Scope.open()) {
      StateDict.Difference difference =
          model.loadCommon(file, name -> names.getOrDefault(name, name));
      assertThat(difference.missing()).isEmpty();
      assertThat(difference.unexpected()).contains("out.0").doesNotContain("param.weight");
      try (Tape tape = Tape.open(model.store())) {
        float[] y = model.predict(tape, tape.input(saved.map("in.0"))).tensor().toFloats();
        float[] expected = saved.read("out.0", scope).toFloats();
        assertThat(y).hasSameSizeAs(expected);
        for (int i = 0; i < y.length; i++) {
          assertThat(y[i]).isCloseTo(expected[i], within(1e-5f + 1e-4f * Math.abs(expected[i])));
        }
      }
    }
  }

  @Test
  void listsWhatDoesNotMatchAndChangesNothing() {
    Path file = folder.resolve("m.safetensors");
    try (Sequential model = network();
        Scope scope = Scope.open()) {
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      tensors.put("0.bias", scope.of(new float[] {1, 2, 3}));
      tensors.put("1.num_batches_tracked", scope.of(new long[] {9}));
      tensors.put("4.bias", scope.of(new float[] {1, 2, 3, 4}));
      tensors.put("5.extra", scope.scalar(1f));
      SafeTensors.write(file, tensors, Map.of("format", "pt"));
      float[] before = model.store().values().get("0.bias").toFloats();
      assertThatThrownBy(() -> model.load(file))
          .isInstanceOf(FormatException.class)
          .hasMessageContaining(
              "missing [0.weight, 1.weight, 1.bias, 4.weight, 1.running_mean, 1.running_var]"
                  + " unexpected [5.extra]")
          .hasMessageContaining(file.toString());
      assertThat(model.store().values().get("0.bias").toFloats()).containsExactly(before);

      StateDict.Difference difference = model.loadCommon(file, UnaryOperator.identity());
      assertThat(difference.missing()).hasSize(6);
      assertThat(difference.unexpected()).containsExactly("5.extra");
      assertThat(model.store().values().get("0.bias").toFloats()).containsExactly(1, 2, 3);

      tensors.put("4.bias", scope.zeros(DType.F32, Shape.of(5)));
      SafeTensors.write(file, tensors, Map.of());
      assertThatThrownBy(() -> model.loadCommon(file, UnaryOperator.identity()))
          .isInstanceOf(FormatException.class)
          .hasMessageContaining("4.bias F32 [5] instead of [4]");
      assertThatThrownBy(() -> model.load(file, _ -> "0.bias"))
          .hasMessageContaining("which both become 0.bias");
    }
  }

  @Test
  void copiesAMappedTensorThatEntersATape() {
    Path file = folder.resolve("m.safetensors");
    try (Scope scope = Scope.open();
        Tape tape = Tape.open()) {
      SafeTensors.write(file, Map.of("x", scope.of(new float[] {1, 2})), Map.of());
      try (SafeTensors saved = SafeTensors.open(file)) {
        Tensor mapped = saved.map("x");
        Tensor entered = requireNonNull(tape.input(mapped).tensor());
        assertThat(entered.isReadOnly()).isFalse();
        assertThat(entered.address()).isNotEqualTo(mapped.address());
        assertThat(entered.toFloats()).containsExactly(1, 2);
      }
    }
  }
}
