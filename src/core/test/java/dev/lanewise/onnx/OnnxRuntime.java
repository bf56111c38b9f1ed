package dev.lanewise.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import dev.lanewise.autodiff.Tape;
import dev.lanewise.nn.Embedding;
import dev.lanewise.nn.Layer;
import dev.lanewise.nn.Sequential;
import dev.lanewise.tensor.DType;
import dev.lanewise.tensor.Scope;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import dev.lanewise.tensor.TensorStore;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;

/** What exported models give in onnxruntime, against what they give here. */
final class OnnxRuntime {
  private static final double TOLERANCE = 1e-5;

  private OnnxRuntime() {}

  /** Compares on batches of several sizes, with parameters and buffers that are not the first. */
  static void check(Path folder, Shape sample, Layer... layers) throws OrtException {
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

  static float[] predict(Sequential model, Tensor x) {
    try (Tape tape = Tape.open(model.store())) {
      return model.predict(tape, tape.input(x)).tensor().toFloats();
    }
  }

  static float[] run(Path file, Tensor x) throws OrtException {
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

  static void assertSame(float[] expected, float[] actual) {
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < actual.length; i++) {
      assertThat(Math.abs(actual[i] - expected[i]))
          .as("element %d: %s here, %s in onnxruntime", i, expected[i], actual[i])
          .isLessThanOrEqualTo((float) (TOLERANCE * Math.max(1, Math.abs(expected[i]))));
    }
  }
}
