package dev.lanewise.onnx;

import dev.lanewise.data.Normalizer;
import dev.lanewise.io.AtomicFile;
import dev.lanewise.nn.Embedding;
import dev.lanewise.nn.Layer;
import dev.lanewise.nn.Sequential;
import dev.lanewise.tensor.LanewiseException;
import dev.lanewise.tensor.Scope;
import dev.lanewise.tensor.Shape;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A model to be written as an ONNX file: IR version 8, operator set 17, which every ONNX runtime of
 * the last years reads.
 *
 * <p>The graph computes what {@link Sequential#predict} does, in float. Its input {@code input} is
 * [batch, sample...] with any number of samples, F32 or, where the first layer is an {@link
 * Embedding}, I64; its output is {@code output}. The last layer's results are given as they are: a
 * classifier's are logits.
 *
 * @param model the model, with its parameters
 * @param sample the shape of one sample, without the batch
 * @param normalizer what the graph does to its input first, so that it takes raw data
 * @see <a href="https://github.com/onnx/onnx/blob/main/docs/Operators.md">the operators</a>
 */
public record OnnxModel(Sequential model, Shape sample, Normalizer normalizer) {
  private static final int IR_VERSION = 8;
  private static final int OPERATOR_SET = 17;
  private static final String INPUT = "input";
  private static final String OUTPUT = "output";

  /** The longest message that Protocol Buffers allow. */
  private static final long MAX_BYTES = Integer.MAX_VALUE;

  /**
   * {@return a model whose input is normalized by the caller}
   *
   * @param model the model, with its parameters
   * @param sample the shape of one sample, without the batch
   */
  public static OnnxModel of(Sequential model, Shape sample) {
    return new OnnxModel(model, sample, Normalizer.none());
  }

  /**
   * Writes or replaces a file, atomically.
   *
   * @param file where to
   * @throws UnsupportedLayerException if ONNX has no operator for a layer
   * @throws dev.lanewise.tensor.ShapeException if samples do not fit the model
   * @throws LanewiseException if the file would exceed 2 GiB, the limit of the format
   * @throws UncheckedIOException if writing fails; an old file is then as it was
   */
  public void write(Path file) {
    try (Scope scope = Scope.open("onnx")) {
      Shape result = model.outputShape(sample);
      Graph graph = new Graph(model, scope);
      boolean indices = first(model) instanceof Embedding;
      String x = indices ? INPUT : normalized(graph);
      graph.output(new Operators(graph).layer(model, "", sample, x), OUTPUT);
      int type = indices ? Graph.INT64 : Graph.FLOAT;
      Proto proto =
          new Proto()
              .number(1, IR_VERSION)
              .text(2, "lanewise")
              .message(7, graph.proto("lanewise", INPUT, type, sample, OUTPUT, result))
              .message(8, new Proto().text(1, "").number(2, OPERATOR_SET));
      if (proto.size() > MAX_BYTES) {
        throw new LanewiseException(
            "ONNX export: the model takes %d bytes, more than the %d of an ONNX file; save it as safetensors"
                .formatted(proto.size(), MAX_BYTES));
      }
      AtomicFile.write(file, proto::writeTo);
    }
  }

  private String normalized(Graph graph) {
    if (normalizer.kind() == Normalizer.Kind.NONE) {
      return INPUT;
    }
    float[] shifts = normalizer.shifts();
    long[] dims = shifts.length == 1 ? new long[0] : sample.dims();
    String centered = graph.node("Sub", INPUT, graph.constant("normalizer.shift", shifts, dims));
    return graph.node(
        "Mul", centered, graph.constant("normalizer.scale", normalizer.scales(), dims));
  }

  private static @Nullable Layer first(Layer layer) {
    Layer at = layer;
    while (at instanceof Sequential inner) {
      if (inner.layers().isEmpty()) {
        return null;
      }
      at = inner.layers().getFirst();
    }
    return at;
  }
}
