package dev.lanewise.onnx;

import static dev.lanewise.onnx.Graph.set;

import dev.lanewise.nn.Activation;
import dev.lanewise.nn.AdaptiveAvgPool2d;
import dev.lanewise.nn.AvgPool2d;
import dev.lanewise.nn.BatchNorm;
import dev.lanewise.nn.Checkpointed;
import dev.lanewise.nn.Concatenate;
import dev.lanewise.nn.Conv1d;
import dev.lanewise.nn.Conv2d;
import dev.lanewise.nn.ConvTranspose2d;
import dev.lanewise.nn.Convolution;
import dev.lanewise.nn.DropPath;
import dev.lanewise.nn.Dropout;
import dev.lanewise.nn.Dropout2d;
import dev.lanewise.nn.Elu;
import dev.lanewise.nn.Embedding;
import dev.lanewise.nn.Flatten;
import dev.lanewise.nn.Functional;
import dev.lanewise.nn.GaussianNoise;
import dev.lanewise.nn.GlobalAvgPool;
import dev.lanewise.nn.GroupNorm;
import dev.lanewise.nn.Layer;
import dev.lanewise.nn.LayerNorm;
import dev.lanewise.nn.LeakyRelu;
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
import java.util.Arrays;

/** What each layer is in ONNX operators. */
final class Operators {
  private final Graph graph;

  Operators(Graph graph) {
    this.graph = graph;
  }

  /**
   * Adds the nodes of a layer.
   *
   * @param path what its parameters' names begin with in the model
   * @param sample the shape of one of its inputs, without the batch axis
   * @param x its input
   * @return its output
   */
  String layer(Layer layer, String path, Shape sample, String x) {
    return switch (layer) {
      case Sequential s -> sequence(s, path, sample, x);
      case Residual r -> graph.node("Add", x, sequence(r.body(), path, sample, x));
      case Concatenate c -> concatenate(c, path, sample, x);
      case TransformerBlock block -> transformer(block, path, sample, x);
      case MultiHeadAttention a -> attention(a, path, sample, x);
      case SpectralNorm s -> {
        graph.normalize(s, path);
        yield layer(s.layer(), path, sample, x);
      }
      case Linear _ -> linear(path, sample, x);
      case Activation a -> new Activations(graph).of(a, x);
      case LeakyRelu l ->
          graph.node("LeakyRelu", new String[] {x}, set("alpha", l.negativeSlope()));
      case Elu e -> graph.node("Elu", new String[] {x}, set("alpha", e.alpha()));
      case Dropout _, Dropout2d _, DropPath _, GaussianNoise _ -> x;
      case Checkpointed c -> layer(c.block(), path, sample, x);
      case Recurrent r -> recurrent(r, path, x);
      case Flatten _ -> graph.node("Flatten", new String[] {x}, set("axis", 1));
      case Reshape r -> reshape(x, r.shape().dims());
      case Conv2d c -> convolution("Conv", path, c.bias(), x, c.groups(), c.rows(), c.columns());
      case Conv1d c -> convolution("Conv", path, c.bias(), x, c.groups(), c.window());
      case ConvTranspose2d c -> transposed(c, path, x);
      case MaxPool2d p -> graph.node("MaxPool", new String[] {x}, windows(p.rows(), p.columns()));
      case AvgPool2d p -> averagePool(p, x);
      case AdaptiveAvgPool2d p -> adaptiveAveragePool(p, sample, x);
      case GlobalAvgPool g -> globalAveragePool(g, sample, x);
      case BatchNorm b -> batchNorm(b, path, x);
      case LayerNorm n -> layerNorm(n, path, x);
      case RmsNorm n -> rmsNorm(n, path, x);
      case GroupNorm n -> groupNorm(n, path, sample, x);
      case Embedding _ -> graph.node("Gather", graph.parameter(path + "weight"), x);
      case PositionalEmbedding _ -> {
        String weight = path + "weight";
        String used = graph.constant(weight, graph.tensor(weight).slice(0, 0, sample.dim(0)));
        yield graph.node("Add", x, used);
      }
      case SinusoidalEncoding _ ->
          graph.node(
              "Add",
              x,
              graph.constant(
                  "sinusoidal_" + sample,
                  graph.zeros(sample.insert(0, 1)),
                  Functional::sinusoidalEncoding));
      default ->
          throw new UnsupportedLayerException(layer.describe(), "there is no operator for it yet");
    };
  }

  private String sequence(Sequential layers, String path, Shape sample, String x) {
    String y = x;
    Shape shape = sample;
    for (int i = 0; i < layers.layers().size(); i++) {
      Layer layer = layers.layers().get(i);
      y = layer(layer, path + i + ".", shape, y);
      shape = layer.outputShape(shape);
    }
    return y;
  }

  private String concatenate(Concatenate layer, String path, Shape sample, String x) {
    String[] results = new String[layer.branches().size()];
    for (int i = 0; i < results.length; i++) {
      results[i] = layer(layer.branches().get(i), path + i + ".", sample, x);
    }
    return graph.node("Concat", results, set("axis", 1));
  }

  /** To samples of these sizes; 0 in the first place keeps the length of the batch. */
  private String reshape(String x, long... sizes) {
    long[] dims = new long[sizes.length + 1];
    System.arraycopy(sizes, 0, dims, 1, sizes.length);
    return graph.node("Reshape", x, graph.integers(dims));
  }

  // ---- linear maps and attention ----

  private String linear(String path, Shape sample, String x) {
    if (sample.rank() == 1) {
      String[] inputs = {x, graph.parameter(path + "weight"), graph.parameter(path + "bias")};
      return graph.node("Gemm", inputs, set("transB", 1));
    }
    return linear(x, path + "weight", path + "bias");
  }

  private String linear(String x, String weight, String bias) {
    String columns =
        graph.node(
            "Transpose", new String[] {graph.parameter(weight)}, set("perm", new long[] {1, 0}));
    return graph.node("Add", graph.node("MatMul", x, columns), graph.parameter(bias));
  }

  private String attention(MultiHeadAttention layer, String path, Shape sample, String x) {
    long time = sample.dim(0);
    long heads = layer.heads();
    long width = layer.width() / heads;
    String all = linear(x, path + "in_proj_weight", path + "in_proj_bias");
    String parted = transpose(reshape(all, time, 3, heads, width), 2, 0, 3, 1, 4);
    String[] parts = graph.nodes("Split", 3, new String[] {parted}, set("axis", 0));
    for (int i = 0; i < parts.length; i++) {
      parts[i] = graph.node("Squeeze", parts[i], graph.integers(0));
    }
    String queries = graph.node("Mul", parts[0], graph.scalar(1 / Math.sqrt(width)));
    String scores = graph.node("MatMul", queries, transpose(parts[1], 0, 1, 3, 2));
    if (layer.causal()) {
      scores = graph.node("Add", scores, future(Math.toIntExact(time)));
    }
    String weights = graph.node("Softmax", new String[] {scores}, set("axis", -1));
    String attended = transpose(graph.node("MatMul", weights, parts[2]), 0, 2, 1, 3);
    String joined = reshape(attended, time, layer.width());
    return linear(joined, path + "out_proj.weight", path + "out_proj.bias");
  }

  private String transpose(String x, long... axes) {
    return graph.node("Transpose", new String[] {x}, set("perm", axes));
  }

  /** What excludes later positions: [time, time], minus infinity above the diagonal. */
  private String future(int time) {
    float[] mask = new float[Math.multiplyExact(time, time)];
    for (int i = 0; i < time; i++) {
      Arrays.fill(mask, i * time + i + 1, (i + 1) * time, Float.NEGATIVE_INFINITY);
    }
    return graph.constant("future_" + time, mask, time, time);
  }

  private String transformer(TransformerBlock block, String path, Shape sample, String x) {
    long width = block.width();
    LayerNorm norm = LayerNorm.of(width);
    MultiHeadAttention attention = new MultiHeadAttention(width, block.heads(), block.causal());
    String first = layerNorm(norm, path + "norm1.", x);
    String h = graph.node("Add", x, attention(attention, path + "self_attn.", sample, first));
    String second = layerNorm(norm, path + "norm2.", h);
    String inner = linear(second, path + "linear1.weight", path + "linear1.bias");
    String active = layer(block.activation(), path, sample.with(-1, block.hidden()), inner);
    return graph.node("Add", h, linear(active, path + "linear2.weight", path + "linear2.bias"));
  }

  /** The operators read time first, and their gates in an order of their own. */
  private String recurrent(Recurrent layer, String path, String x) {
    long hidden = layer.hidden();
    int[] gates =
        switch (layer.kind()) {
          case RNN -> new int[] {0};
          case LSTM -> new int[] {0, 3, 1, 2}; // i, o, f, c of i, f, g, o
          case GRU -> new int[] {1, 0, 2}; // z, r, h of r, z, n
        };
    String[] inputs = {
      transpose(x, 1, 0, 2),
      graph.blocks(path + "weight_ih", gates, path + "weight_ih_l0"),
      graph.blocks(path + "weight_hh", gates, path + "weight_hh_l0"),
      graph.blocks(path + "bias", gates, path + "bias_ih_l0", path + "bias_hh_l0")
    };
    Graph.Attribute size = set("hidden_size", hidden);
    String all =
        layer.kind() == Recurrent.Kind.GRU
            ? graph.node("GRU", inputs, size, set("linear_before_reset", 1))
            : graph.node(layer.kind().name(), inputs, size);
    return transpose(graph.node("Squeeze", all, graph.integers(1)), 1, 0, 2);
  }

  // ---- convolution and pooling ----

  private String convolution(
      String operator, String path, boolean bias, String x, long groups, Window... axes) {
    return graph.node(
        operator, convolved(path, bias, x), with(windows(axes), set("group", groups)));
  }

  private String[] convolved(String path, boolean bias, String x) {
    String weight = graph.parameter(path + "weight");
    return bias
        ? new String[] {x, weight, graph.parameter(path + "bias")}
        : new String[] {x, weight};
  }

  private String transposed(ConvTranspose2d layer, String path, String x) {
    long extra = layer.outputPadding();
    return graph.node(
        "ConvTranspose",
        convolved(path, layer.bias(), x),
        with(
            windows(layer.rows(), layer.columns()),
            set("group", layer.groups()),
            set("output_padding", new long[] {extra, extra})));
  }

  private String averagePool(AvgPool2d layer, String x) {
    if (layer.rows().dilation() != 1 || layer.columns().dilation() != 1) {
      throw new UnsupportedLayerException(
          layer.describe(), "operator set 17 has no average pooling with dilation");
    }
    Graph.Attribute[] windows = windows(layer.rows(), layer.columns());
    // All but the dilations, which this operator does not know.
    return graph.node(
        "AveragePool",
        new String[] {x},
        with(Arrays.copyOf(windows, 3), set("count_include_pad", layer.countIncludePad() ? 1 : 0)));
  }

  /** Each axis by a matrix of the shares of its cells. */
  private String adaptiveAveragePool(AdaptiveAvgPool2d layer, Shape sample, String x) {
    long h = sample.dim(1);
    long w = sample.dim(2);
    String columns =
        graph.constant(
            "cells_%d_%d".formatted(w, layer.columns()),
            graph.identity(w),
            one -> Convolution.adaptiveAvgPool2d(one, w, layer.columns()));
    String rows =
        graph.constant(
            "cells_of_%d_%d".formatted(h, layer.rows()),
            graph.identity(h),
            one -> Convolution.adaptiveAvgPool2d(one, layer.rows(), h));
    return graph.node("MatMul", rows, graph.node("MatMul", x, columns));
  }

  private String globalAveragePool(GlobalAvgPool layer, Shape sample, String x) {
    return reshape(graph.node("GlobalAveragePool", x), layer.outputShape(sample).dims());
  }

  private static Graph.Attribute[] windows(Window... axes) {
    long[] kernel = Arrays.stream(axes).mapToLong(Window::kernel).toArray();
    long[] strides = Arrays.stream(axes).mapToLong(Window::stride).toArray();
    long[] dilations = Arrays.stream(axes).mapToLong(Window::dilation).toArray();
    long[] pads = new long[2 * axes.length];
    for (int i = 0; i < pads.length; i++) {
      pads[i] = axes[i % axes.length].padding();
    }
    return new Graph.Attribute[] {
      set("kernel_shape", kernel),
      set("strides", strides),
      set("pads", pads),
      set("dilations", dilations)
    };
  }

  private static Graph.Attribute[] with(Graph.Attribute[] some, Graph.Attribute... more) {
    Graph.Attribute[] all = Arrays.copyOf(some, some.length + more.length);
    System.arraycopy(more, 0, all, some.length, more.length);
    return all;
  }

  // ---- normalization ----

  private String batchNorm(BatchNorm layer, String path, String x) {
    String[] inputs = {
      x,
      graph.parameter(path + "weight"),
      graph.parameter(path + "bias"),
      graph.parameter(path + "running_mean"),
      graph.parameter(path + "running_var")
    };
    return graph.node("BatchNormalization", inputs, set("epsilon", layer.eps()));
  }

  private String layerNorm(LayerNorm layer, String path, String x) {
    String[] inputs = {x, graph.parameter(path + "weight"), graph.parameter(path + "bias")};
    return graph.node(
        "LayerNormalization",
        inputs,
        set("axis", -layer.normalized().rank()),
        set("epsilon", layer.eps()));
  }

  private String rmsNorm(RmsNorm layer, String path, String x) {
    long[] axes = new long[layer.normalized().rank()];
    for (int i = 0; i < axes.length; i++) {
      axes[i] = (long) i - axes.length;
    }
    String squares = graph.node("Mul", x, x);
    String mean =
        graph.node("ReduceMean", new String[] {squares}, set("axes", axes), set("keepdims", 1));
    String root = graph.node("Sqrt", graph.node("Add", mean, graph.scalar(layer.eps())));
    return graph.node("Mul", graph.node("Div", x, root), graph.parameter(path + "weight"));
  }

  /** Each group standardized as if it were one channel, then scaled channel by channel. */
  private String groupNorm(GroupNorm layer, String path, Shape sample, String x) {
    int groups = Math.toIntExact(layer.groups());
    float[] ones = new float[groups];
    Arrays.fill(ones, 1);
    String[] inputs = {
      reshape(x, groups, -1),
      graph.constant("ones_" + groups, ones, groups),
      graph.constant("zeros_" + groups, new float[groups], groups)
    };
    String even = graph.node("InstanceNormalization", inputs, set("epsilon", layer.eps()));
    long[] channels = new long[sample.rank()];
    Arrays.fill(channels, 1);
    channels[0] = layer.channels();
    Shape each = Shape.of(channels);
    String scaled =
        graph.node("Mul", reshape(even, sample.dims()), graph.parameter(path + "weight", each));
    return graph.node("Add", scaled, graph.parameter(path + "bias", each));
  }
}
