package dev.lanewise.cli.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lanewise.nn.AvgPool2d;
import dev.lanewise.nn.Conv2d;
import dev.lanewise.nn.ConvTranspose2d;
import dev.lanewise.nn.Layer;
import dev.lanewise.nn.MaxPool2d;
import dev.lanewise.nn.Sequential;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Window;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The language in which recipes describe models. */
class LayerSpecTest {

  private static List<LayerSpec> read(String yaml) {
    List<LayerSpec> specs = new ArrayList<>();
    RecipeFormat.parse(yaml).forEach(entry -> specs.add(LayerSpec.of(entry)));
    return specs;
  }

  private static List<String> build(String yaml, long... sample) {
    Sequential model = LayerSpec.model(read(yaml), Shape.of(sample), 10);
    return model.layers().stream().map(Layer::describe).toList();
  }

  @Test
  void imagesWithoutChannelsGetOne() {
    assertThat(
            build(
                """
                - conv2d: {filters: 4, kernel: 3, padding: 1, stride: 2}
                - batch_norm
                - max_pool2d: 2
                - residual: [{conv2d: {filters: 4, kernel: 1}}, relu]
                - concatenate: [[{conv2d: {filters: 2, kernel: 1}}], [relu, {group_norm: 2}]]
                - conv_transpose2d: {filters: 3, kernel: 2, stride: 2}
                - avg_pool2d: {kernel: 3, stride: 1, padding: 1}
                - global_avg_pool
                - dropout: 0.5
                - linear: classes
                """,
                28,
                28))
        .containsExactly(
            "Reshape([1, 28, 28])",
            "Conv2d(1, 4, 3x3)",
            "BatchNorm(4)",
            "MaxPool2d(2x2)",
            "Residual[Conv2d(4, 4, 1x1), relu]",
            "Concatenate[Sequential[Conv2d(4, 2, 1x1)], Sequential[relu, GroupNorm(2, 4)]]",
            "ConvTranspose2d(6, 3, 2x2)",
            "AvgPool2d(3x3)",
            "GlobalAvgPool",
            "Dropout(0.5)",
            "Linear(3, 10)");
  }

  @Test
  void sequencesOfTokens() {
    assertThat(
            build(
                """
                - embedding: {width: 8, std: 0.02}
                - positional_embedding
                - transformer: {heads: 2, causal: true}
                - attention: 4
                - gru: 6
                - lstm: 5
                - rnn: 4
                - layer_norm
                - rms_norm
                - reshape: [4, 12]
                - conv1d: {filters: 3, kernel: 2}
                - flatten
                - linear: 7
                """,
                12))
        .containsExactly(
            "Embedding(10, 8)",
            "PositionalEmbedding(12, 8)",
            "TransformerBlock(8, heads 2, hidden 32, gelu_tanh, causal)",
            "MultiHeadAttention(8, heads 4)",
            "GRU(8, 6)",
            "LSTM(6, 5)",
            "RNN(5, 4)",
            "LayerNorm([4])",
            "RMSNorm([4])",
            "Reshape([4, 12])",
            "Conv1d(4, 3, 2)",
            "Flatten",
            "Linear(33, 7)");
  }

  @Test
  void windowsThatAreNotSquare() {
    List<LayerSpec> specs =
        read(
            """
            - conv2d: {filters: 4, kernel: [1, 5], stride: [2, 1], padding: [0, 2], dilation: [3, 1]}
            - max_pool2d: [3, 2]
            - avg_pool2d: {kernel: 3, stride: [1, 0], padding: [1, 0]}
            - conv_transpose2d: {filters: 2, kernel: [2, 3], stride: [1, 2], padding: [0, 1]}
            """);
    assertThat(LayerSpec.model(specs, Shape.of(3, 24, 24), 10).layers())
        .containsExactly(
            new Conv2d(3, 4, new Window(1, 2, 0, 3), new Window(5, 1, 2, 1), 1, true),
            new MaxPool2d(new Window(3, 3, 0, 1), new Window(2, 2, 0, 1)),
            new AvgPool2d(new Window(3, 1, 1, 1), new Window(3, 3, 0, 1), true),
            new ConvTranspose2d(4, 2, new Window(2, 1, 0, 1), new Window(3, 2, 1, 1), 0, 1, true));
    assertThat(specs.getFirst().settings()).containsEntry("kernel", List.of(1L, 5L));
  }

  @Test
  void activationsWithSettings() {
    assertThat(build("[leaky_relu, {leaky_relu: 0.2}, {leaky_relu: {negative_slope: 0}}]", 12))
        .containsExactly("leaky_relu(0.01)", "leaky_relu(0.2)", "leaky_relu(0.0)");
    assertThat(build("[elu, {elu: 2}, {elu: {alpha: 0.5}}]", 12))
        .containsExactly("elu(1.0)", "elu(2.0)", "elu(0.5)");
    assertThat(build("[{transformer: {heads: 2, activation: {leaky_relu: 0.2}}}]", 5, 4))
        .containsExactly("TransformerBlock(4, heads 2, hidden 16, leaky_relu(0.2))");
  }

  static List<Arguments> mistakes() {
    return List.of(
        Arguments.of("[conv3d]", "unknown layer \"conv3d\"; known: linear, conv2d, conv1d,"),
        Arguments.of("[linear]", "linear: features is missing; expected linear: {features}"),
        Arguments.of("[{relu: 3}]", "relu: found 3, expected relu"),
        Arguments.of("[{dropout: }]", "dropout: found no value, expected dropout: {p}"),
        Arguments.of(
            "[{conv2d: {filters: 3, kernl: 3}}]",
            "conv2d: unknown key \"kernl\"; known: conv2d: {filters, kernel, stride: 1, padding:"),
        Arguments.of(
            "[{conv2d: {filters: 3, kernel: 2.5}}]", "conv2d: kernel: found 2.5, expected a whole"),
        Arguments.of(
            "[{transformer: {heads: 2, activation: grelu}}]", "expected an activation, as"),
        Arguments.of("[{transformer: {heads: 2, activation: flatten}}]", "expected an activation"),
        Arguments.of("[{transformer: {heads: 2, activation: [relu]}}]", "expected an activation"),
        Arguments.of("[{leaky_relu: x}]", "negative_slope: found \"x\", expected a number"),
        Arguments.of("[{elu: {slope: 1}}]", "unknown key \"slope\"; known: elu: {alpha: 1.0}"),
        Arguments.of(
            "[{conv2d: {filters: 3, kernel: [1, 2, 3]}}]",
            "conv2d: kernel: found [1,2,3], expected a whole number of at least 1, or [h, w] with"),
        Arguments.of("[{max_pool2d: [2, 0]}]", "found [2,0], expected a whole number of at least"),
        Arguments.of("[{max_pool2d: [2]}]", "max_pool2d: kernel: found [2], expected a whole"),
        Arguments.of(
            "[{avg_pool2d: {kernel: 2, padding: [[1, 0], 1]}}]", "padding: found [[1,0],1]"),
        Arguments.of(
            "[{conv_transpose2d: {filters: 1, kernel: 2, stride: {h: 1}}}]", "stride: found {"),
        Arguments.of(
            "[{conv1d: {filters: 3, kernel: [1, 2]}}]",
            "conv1d: kernel: found [1,2], expected a whole number of at least 1"),
        Arguments.of("[{residual: []}]", "residual: layers: found [], expected a list of layers"),
        Arguments.of("[{linear: 1, relu: }]", "expected one layer, as in linear: 512; known:"),
        Arguments.of("[{linear: 8}, {conv2d: {filters: 3, kernel: 3}}]", "model.1: conv2d: needs"),
        Arguments.of("[{residual: [{linear: 8}]}]", "model.0: Residual: the body turns [12] into"),
        Arguments.of("[{residual: [flatten, {lstm: 8}]}]", "model.0: inner layer 1: lstm: needs"));
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void mistakesAreNamed(String yaml, String message) {
    assertThatThrownBy(() -> build(yaml, 12))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void whatIsWrittenIsReadAgain() {
    List<LayerSpec> specs =
        read("[relu, {dropout: 0.1}, {residual: [{conv2d: {filters: 1, kernel: 3}}]}]");
    assertThat(specs.get(0).json()).isEqualTo("relu");
    assertThat(specs.get(1).json()).hasToString("{dropout=0.1}");
    assertThat(specs.get(2).settings()).containsOnlyKeys("layers");
  }
}
