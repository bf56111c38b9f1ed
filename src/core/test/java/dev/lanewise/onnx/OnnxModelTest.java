package dev.lanewise.onnx;

import static dev.lanewise.nn.Layers.dropout;
import static dev.lanewise.nn.Layers.flatten;
import static dev.lanewise.nn.Layers.gelu;
import static dev.lanewise.nn.Layers.relu;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import dev.lanewise.autodiff.Tape;
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
import dev.lanewise.nn.GlobalAvgPool;
import dev.lanewise.nn.GroupNorm;
import dev.lanewise.nn.Layer;
import dev.lanewise.nn.LayerNorm;
import dev.lanewise.nn.Linear;
import dev.lanewise.nn.MaxPool2d;
import dev.lanewise.nn.MultiHeadAttention;
import dev.lanewise.nn.PositionalEmbedding;
import dev.lanewise.nn.Recurrent;
import dev.lanewise.nn.Reshape;
import dev.lanewise.nn.Residual;
import dev.lanewise.nn.RmsNorm;
import dev.lanewise.nn.Sequential;
import dev.lanewise.nn.SpectralNorm;
import dev.lanewise.nn.TransformerBlock;
import dev.lanewise.tensor.DType;
import dev.lanewise.tensor.Scope;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.ShapeException;
import dev.lanewise.tensor.Tensor;
import dev.lanewise.tensor.TensorStore;
import dev.lanewise.tensor.Window;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Exported models give in onnxruntime what they give here. */
class OnnxModelTest {
  private static final double TOLERANCE = 1e-5;

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
  void spectralNorm() throws OrtException {
    check(
        Shape.of(2, 6, 5),
        SpectralNorm.of(Conv2d.of(2, 4, 3)),
        Residual.of(SpectralNorm.of(Conv2d.of(4, 4, 1)), relu()),
        flatten(),
        SpectralNorm.of(Linear.of(48, 3)));
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
      assertSame(predict(model, normalized), run(file, x));
    }
  }

  @Test
  void refusesWhatHasNoOperatorByName() {
    Layer lstm = Recurrent.lstm(3, 4);
    Layer dilated = AvgPool2d.of(Window.of(2).dilation(2));
    Path file = folder.resolve("m.onnx");
    try (Sequential recurrent = Sequential.of(lstm);
        Sequential pooling = Sequential.of(dilated);
        Sequential linear = Sequential.of(Linear.of(3, 4))) {
      assertThatThrownBy(() -> OnnxModel.of(recurrent, Shape.of(5, 3)).write(file))
          .isInstanceOfSatisfying(
              UnsupportedLayerException.class,
              e -> assertThat(e.layer()).isEqualTo(lstm.describe()))
          .hasMessageContaining(lstm.describe());
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

  /** Compares on batches of several sizes, with parameters and buffers that are not the first. */
  private void check(Shape sample, Layer... layers) throws OrtException {
    Random random = new Random(5);
    Path file = folder.resolve("m.onnx");
    try (Sequential model = Sequential.of(layers).initialize(7, DType.F32);
        Scope scope = Scope.open()) {
      disturb(model.store().values(), random);
      disturb(model.state(), random);
      OnnxModel.of(model, sample).write(file);
      for (int batch : new int[] {1, 3, 8}) {
        Shape shape = sample.insert(0, batch);
        boolean indices = layers[0] instanceof Embedding;
        Tensor x = scope.allocate(indices ? DType.I64 : DType.F32, shape);
        for (long i = 0; i < x.size(); i++) {
          double value = indices ? random.nextInt(11) : random.nextGaussian();
          x.reshape(-1).setDouble(value, i);
        }
        assertSame(predict(model, x), run(file, x));
      }
    }
  }

  private static void disturb(TensorStore store, Random random) {
    for (String name : store.names()) {
      Tensor flat = store.get(name).reshape(-1);
      for (long i = 0; i < flat.size(); i++) {
        double more = name.endsWith("var") ? random.nextDouble() : 0.1 * random.nextGaussian();
        flat.setDouble(flat.getDouble(i) + more, i);
      }
    }
  }

  private static float[] predict(Sequential model, Tensor x) {
    try (Tape tape = Tape.open(model.store())) {
      return model.predict(tape, tape.input(x)).tensor().toFloats();
    }
  }

  private static float[] run(Path file, Tensor x) throws OrtException {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    long[] shape = x.shape().dims();
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      try (OrtSession session = environment.createSession(file.toString(), options);
          OnnxTensor input =
              x.dtype() == DType.I64
                  ? OnnxTensor.createTensor(environment, LongBuffer.wrap(x.toLongs()), shape)
                  : OnnxTensor.createTensor(environment, FloatBuffer.wrap(x.toFloats()), shape);
          OrtSession.Result results = session.run(Map.of("input", input))) {
        OnnxValue output = results.get("output").orElseThrow();
        assertThat(((TensorInfo) output.getInfo()).getShape()[0]).isEqualTo(shape[0]);
        FloatBuffer values = ((OnnxTensor) output).getFloatBuffer();
        float[] floats = new float[values.remaining()];
        values.get(floats);
        return floats;
      }
    }
  }

  private static void assertSame(float[] expected, float[] actual) {
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < actual.length; i++) {
      assertThat(Math.abs(actual[i] - expected[i]))
          .as("element %d: %s here, %s in onnxruntime", i, expected[i], actual[i])
          .isLessThanOrEqualTo((float) (TOLERANCE * Math.max(1, Math.abs(expected[i]))));
    }
  }
}
