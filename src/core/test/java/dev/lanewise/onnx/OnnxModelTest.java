package dev.lanewise.onnx;

import static dev.lanewise.nn.Layers.dropout;
import static dev.lanewise.nn.Layers.flatten;
import static dev.lanewise.nn.Layers.gelu;
import static dev.lanewise.nn.Layers.relu;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnxruntime.OrtException;
import dev.lanewise.autodiff.Var;
import dev.lanewise.data.DataSet;
import dev.lanewise.data.Normalizer;
import dev.lanewise.nn.Activation;
import dev.lanewise.nn.AvgPool2d;
import dev.lanewise.nn.BatchNorm;
import dev.lanewise.nn.Concatenate;
import dev.lanewise.nn.Conv1d;
import dev.lanewise.nn.Conv2d;
import dev.lanewise.nn.ConvTranspose2d;
import dev.lanewise.nn.Embedding;
import dev.lanewise.nn.Forward;
import dev.lanewise.nn.GlobalAvgPool;
import dev.lanewise.nn.GroupNorm;
import dev.lanewise.nn.Layer;
import dev.lanewise.nn.LayerNorm;
import dev.lanewise.nn.Linear;
import dev.lanewise.nn.MaxPool2d;
import dev.lanewise.nn.MultiHeadAttention;
import dev.lanewise.nn.PositionalEmbedding;
import dev.lanewise.nn.Reshape;
import dev.lanewise.nn.Residual;
import dev.lanewise.nn.RmsNorm;
import dev.lanewise.nn.Sequential;
import dev.lanewise.nn.TransformerBlock;
import dev.lanewise.tensor.DType;
import dev.lanewise.tensor.Scope;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.ShapeException;
import dev.lanewise.tensor.Tensor;
import dev.lanewise.tensor.Window;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Exported models give in onnxruntime what they give here. */
class OnnxModelTest {
  @TempDir Path folder;

  @Test
  void feedForward() throws OrtException {
    check(
        Shape.of(3, 5),
        flatten(),
        Linear.of(15, 32),
        relu(),
        dropout(0.3),
        LayerNorm.of(32),
        Linear.of(32, 7));
  }

  @Test
  void convolutionsWithBatchNormAndPooling() throws OrtException {
    check(
        Shape.of(2, 15, 13),
        Conv2d.of(2, 8, Window.of(3).padding(1)).withoutBias(),
        BatchNorm.of(8),
        relu(),
        MaxPool2d.of(Window.of(3).stride(2).padding(1)),
        Conv2d.of(8, 6, Window.of(3).dilation(2)).groups(2),
        gelu(),
        new AvgPool2d(Window.of(2), Window.of(3).padding(1), false),
        flatten(),
        Linear.of(54, 4));
  }

  @Test
  void otherConvolutionsAndBranches() throws OrtException {
    check(
        Shape.of(4, 9),
        Conv1d.of(4, 6, Window.of(3).stride(2)),
        Reshape.of(6, 2, 2),
        ConvTranspose2d.of(6, 4, Window.of(3).stride(2).padding(1)).outputPadding(1),
        Concatenate.of(Conv2d.of(4, 3, 1), AvgPool2d.of(Window.of(3).stride(1).padding(1))),
        GroupNorm.of(7, 7),
        Residual.of(BatchNorm.of(7), Conv2d.of(7, 7, Window.of(3).padding(1))),
        new GlobalAvgPool(),
        RmsNorm.of(7));
  }

  @Test
  void transformer() throws OrtException {
    check(
        Shape.of(6),
        new Embedding(11, 16),
        new PositionalEmbedding(9, 16),
        TransformerBlock.causal(16, 4),
        new TransformerBlock(16, 2, 24, Activation.GELU, false, 0.1),
        Residual.of(LayerNorm.of(16), new MultiHeadAttention(16, 1, true), gelu()),
        LayerNorm.of(16),
        Linear.of(16, 11));
  }

  @ParameterizedTest
  @EnumSource(Activation.class)
  void everyActivation(Activation activation) throws OrtException {
    check(Shape.of(5), Linear.of(5, 40), activation);
  }

  @Test
  void normalizesWhatItIsGiven() throws OrtException {
    try (Sequential model = Sequential.of(Linear.of(3, 2));
        Scope scope = Scope.open()) {
      Tensor features = scope.of(new float[] {1, 10, 100, 2, 30, 50, 4, 20, 20}, 3, 3);
      DataSet data = DataSet.classification(features, scope.of(new int[] {0, 1, 0}), 2);
      Normalizer normalizer = Normalizer.standard(data);
      Tensor x = scope.of(new float[] {3, 15, 80, 0, 1, 2}, 2, 3);
      Tensor normalized = scope.allocate(DType.F32, x.shape());
      normalizer.apply(x, normalized);
      Path file = folder.resolve("m.onnx");
      new OnnxModel(model, Shape.of(3), normalizer).write(file);
      OnnxRuntime.assertSame(OnnxRuntime.predict(model, normalized), OnnxRuntime.run(file, x));
    }
  }

  @Test
  void refusesWhatHasNoOperatorByName() {
    Layer own = new Own();
    Layer dilated = AvgPool2d.of(Window.of(2).dilation(2));
    Path file = folder.resolve("m.onnx");
    try (Sequential unknown = Sequential.of(own);
        Sequential pooling = Sequential.of(dilated);
        Sequential linear = Sequential.of(Linear.of(3, 4))) {
      assertThatThrownBy(() -> OnnxModel.of(unknown, Shape.of(5, 3)).write(file))
          .isInstanceOfSatisfying(
              UnsupportedLayerException.class, e -> assertThat(e.layer()).isEqualTo("Own"))
          .hasMessageContaining("Own");
      assertThatThrownBy(() -> OnnxModel.of(pooling, Shape.of(1, 5, 5)).write(file))
          .isInstanceOf(UnsupportedLayerException.class)
          .hasMessageContaining("dilation");
      assertThatThrownBy(() -> OnnxModel.of(linear, Shape.of(5)).write(file))
          .isInstanceOf(ShapeException.class);
      assertThat(file).doesNotExist();
    }
  }

  @Test
  void writesTheSameBytesEachTime() throws IOException {
    Path file = folder.resolve("m.onnx");
    try (Sequential model = Sequential.of(Linear.of(3, 4), relu())) {
      OnnxModel.of(model, Shape.of(3)).write(file);
      byte[] once = Files.readAllBytes(file);
      OnnxModel.of(model, Shape.of(3)).write(file);
      assertThat(Files.readAllBytes(file)).containsExactly(once);
    }
  }

  /** A layer that is not the library's. */
  private record Own() implements Layer {
    @Override
    public String describe() {
      return "Own";
    }

    @Override
    public Shape outputShape(Shape sample) {
      return sample;
    }

    @Override
    public Var forward(Forward pass, Var x) {
      return x;
    }
  }

  private void check(Shape sample, Layer... layers) throws OrtException {
    OnnxRuntime.check(folder, sample, layers);
  }
}
