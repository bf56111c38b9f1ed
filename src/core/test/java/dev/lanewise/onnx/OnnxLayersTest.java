package dev.lanewise.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OrtException;
import dev.lanewise.nn.Activation;
import dev.lanewise.nn.AdaptiveAvgPool2d;
import dev.lanewise.nn.AvgPool2d;
import dev.lanewise.nn.BatchNorm;
import dev.lanewise.nn.Checkpointed;
import dev.lanewise.nn.Concatenate;
import dev.lanewise.nn.Conv1d;
import dev.lanewise.nn.Conv2d;
import dev.lanewise.nn.ConvTranspose2d;
import dev.lanewise.nn.DropPath;
import dev.lanewise.nn.Dropout;
import dev.lanewise.nn.Dropout2d;
import dev.lanewise.nn.Elu;
import dev.lanewise.nn.Embedding;
import dev.lanewise.nn.Flatten;
import dev.lanewise.nn.GaussianNoise;
import dev.lanewise.nn.GlobalAvgPool;
import dev.lanewise.nn.GroupNorm;
import dev.lanewise.nn.Layer;
import dev.lanewise.nn.LayerNorm;
import dev.lanewise.nn.LeakyRelu;
import dev.lanewise.nn.LibraryLayers;
import dev.lanewise.nn.Linear;
import dev.lanewise.nn.MaxPool2d;
import dev.lanewise.nn.MultiHeadAttention;
import dev.lanewise.nn.PositionalEmbedding;
import dev.lanewise.nn.Recurrent;
import dev.lanewise.nn.Reshape;
import dev.lanewise.nn.Residual;
import dev.lanewise.nn.RmsNorm;
import dev.lanewise.nn.Sequential;
import dev.lanewise.nn.SinusoidalEncoding;
import dev.lanewise.nn.SpectralNorm;
import dev.lanewise.nn.TransformerBlock;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Window;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every layer of the library, exported by itself, gives in onnxruntime what it gives here. */
class OnnxLayersTest {
  private static final Shape VECTOR = Shape.of(6);
  private static final Shape SEQUENCE = Shape.of(5, 6);
  private static final Shape IMAGE = Shape.of(4, 7, 5);

  private static final Window TALL = Window.of(4).stride(2).padding(1);
  private static final Window WIDE = Window.of(3);

  @TempDir Path folder;

  record Case(Shape sample, Layer layer) {
    @Override
    public String toString() {
      return layer.describe() + " of " + sample;
    }
  }

  static List<Case> cases() {
    Layer linear = Linear.of(6, 6);
    return List.of(
        new Case(VECTOR, linear),
        new Case(SEQUENCE, linear),
        new Case(VECTOR, Activation.TANH),
        new Case(VECTOR, new LeakyRelu(0.3)),
        new Case(VECTOR, new Elu(0.5)),
        new Case(VECTOR, new Dropout(0.5)),
        new Case(IMAGE, new Dropout2d(0.5)),
        new Case(IMAGE, new DropPath(0.5)),
        new Case(VECTOR, new GaussianNoise(0.5)),
        new Case(IMAGE, new Flatten()),
        new Case(IMAGE, Reshape.of(7, 20)),
        new Case(IMAGE, Conv2d.of(4, 6, Window.of(3).stride(2).padding(1)).groups(2)),
        new Case(SEQUENCE, Conv1d.of(5, 3, Window.of(2).dilation(2))),
        new Case(IMAGE, ConvTranspose2d.of(4, 3, Window.of(3).stride(2)).outputPadding(1)),
        new Case(IMAGE, new Conv2d(4, 2, TALL, WIDE, 1, true)),
        new Case(IMAGE, new ConvTranspose2d(4, 2, TALL, WIDE, 0, 1, true)),
        new Case(IMAGE, new MaxPool2d(TALL, WIDE)),
        new Case(IMAGE, new AvgPool2d(TALL, WIDE, false)),
        new Case(IMAGE, MaxPool2d.of(2)),
        new Case(IMAGE, AvgPool2d.of(Window.of(3).stride(2).padding(1))),
        new Case(IMAGE, new AdaptiveAvgPool2d(3, 2)),
        new Case(IMAGE, new AdaptiveAvgPool2d(1, 5)),
        new Case(IMAGE, new GlobalAvgPool()),
        new Case(IMAGE, BatchNorm.of(4)),
        new Case(VECTOR, BatchNorm.of(6)),
        new Case(IMAGE, new GroupNorm(2, 4, 1e-3)),
        new Case(SEQUENCE, LayerNorm.of(5, 6)),
        new Case(SEQUENCE, RmsNorm.of(6)),
        new Case(VECTOR, new Embedding(11, 3)),
        new Case(SEQUENCE, new PositionalEmbedding(9, 6)),
        new Case(SEQUENCE, new SinusoidalEncoding()),
        new Case(SEQUENCE, Recurrent.rnn(6, 4)),
        new Case(SEQUENCE, Recurrent.lstm(6, 4)),
        new Case(SEQUENCE, Recurrent.gru(6, 4)),
        new Case(Shape.of(1, 1), Recurrent.gru(1, 1)),
        new Case(SEQUENCE, new MultiHeadAttention(6, 3, false)),
        new Case(SEQUENCE, TransformerBlock.causal(6, 2)),
        new Case(SEQUENCE, new TransformerBlock(6, 2, 7, new Elu(2), false, 0)),
        new Case(VECTOR, new Checkpointed(linear)),
        new Case(VECTOR, SpectralNorm.of(linear)),
        new Case(VECTOR, Residual.of(linear, Activation.SILU)),
        new Case(VECTOR, Concatenate.of(linear, Activation.RELU)),
        new Case(SEQUENCE, Sequential.of(Recurrent.lstm(6, 3), Recurrent.lstm(3, 2))));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void givesTheSame(Case c) throws OrtException {
    OnnxRuntime.check(folder, c.sample, c.layer);
  }

  @Test
  void noLayerIsWithoutACase() {
    Set<String> all = LibraryLayers.names();
    assertThat(all).isNotEmpty();
    assertThat(cases().stream().map(c -> c.layer.getClass().getName()).collect(Collectors.toSet()))
        .as("layers with a case; a new one is exported by Operators, or refused there by name")
        .containsAll(all);
  }
}
