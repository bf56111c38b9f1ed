package dev.lanewise.cli.recipe;

import dev.lanewise.cli.recipe.LayerKey.Type;
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
import dev.lanewise.nn.Initializer;
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
import dev.lanewise.nn.SinusoidalEncoding;
import dev.lanewise.nn.SpectralNorm;
import dev.lanewise.nn.TransformerBlock;
import dev.lanewise.tensor.Shape;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** The table of layers that recipes can name: a row each, with its settings and their defaults. */
final class LayerKinds {
  private static final int VECTOR = 1;
  private static final int SEQUENCE = 2;
  private static final int IMAGE = 3;
  private static final int ANY = 0;

  private static final Map<String, LayerKind> KINDS = new LinkedHashMap<>();
  private static final Set<String> ACTIVATIONS = new LinkedHashSet<>();

  static {
    row("linear", ANY, (s, in) -> Linear.of(in.dim(-1), s.size("features")), classes("features"));

    row(
        "conv2d",
        IMAGE,
        (s, in) ->
            new Conv2d(
                in.dim(0),
                s.size("filters"),
                s.window(0),
                s.window(1),
                s.size("groups"),
                s.flag("bias")),
        convolution(Type.SIZE_OR_PAIR, Type.COUNT_OR_PAIR));
    row(
        "conv1d",
        SEQUENCE,
        (s, in) ->
            new Conv1d(in.dim(0), s.size("filters"), s.window(0), s.size("groups"), s.flag("bias")),
        convolution(Type.SIZE, Type.COUNT));
    row(
        "conv_transpose2d",
        IMAGE,
        (s, in) ->
            new ConvTranspose2d(
                in.dim(0),
                s.size("filters"),
                s.window(0),
                s.window(1),
                s.size("output_padding"),
                s.size("groups"),
                s.flag("bias")),
        convolution(Type.SIZE_OR_PAIR, Type.COUNT_OR_PAIR, count("output_padding", 0)));

    row("max_pool2d", IMAGE, (s, in) -> new MaxPool2d(s.pool(0), s.pool(1)), pooling());
    row(
        "avg_pool2d",
        IMAGE,
        (s, in) -> new AvgPool2d(s.pool(0), s.pool(1), s.flag("count_include_pad")),
        pooling(flag("count_include_pad", true)));
    row(
        "adaptive_avg_pool2d",
        IMAGE,
        (s, in) ->
            new AdaptiveAvgPool2d(
                s.size("rows"), s.size("columns") == 0 ? s.size("rows") : s.size("columns")),
        size("rows"),
        count("columns", 0));
    row("global_avg_pool", ANY, (s, in) -> new GlobalAvgPool());

    row(
        "batch_norm",
        ANY,
        (s, in) -> new BatchNorm(in.dim(0), s.number("momentum"), s.number("eps")),
        new LayerKey("momentum", Type.POSITIVE, 0.1),
        eps(1e-5));
    row(
        "layer_norm",
        ANY,
        (s, in) -> new LayerNorm(Shape.of(in.dim(-1)), s.number("eps")),
        eps(1e-5));
    row(
        "rms_norm",
        ANY,
        (s, in) -> new RmsNorm(Shape.of(in.dim(-1)), s.number("eps")),
        eps(0x1p-23));
    row(
        "group_norm",
        ANY,
        (s, in) -> new GroupNorm(s.size("groups"), in.dim(0), s.number("eps")),
        size("groups"),
        eps(1e-5));

    row(
        "spectral_norm",
        ANY,
        (s, in) ->
            new SpectralNorm(
                s.layer("layer", in), Math.toIntExact(s.size("iterations")), s.number("eps")),
        new LayerKey("layer", Type.LAYER, null),
        size("iterations", 1),
        eps(1e-12));

    row("dropout", ANY, (s, in) -> new Dropout(s.number("p")), share("p"));
    row("dropout2d", IMAGE, (s, in) -> new Dropout2d(s.number("p")), share("p"));
    row("drop_path", ANY, (s, in) -> new DropPath(s.number("p")), share("p"));
    row(
        "gaussian_noise",
        ANY,
        (s, in) -> new GaussianNoise(s.number("deviation")),
        new LayerKey("deviation", Type.POSITIVE, null));
    row("flatten", ANY, (s, in) -> new Flatten());
    row(
        "reshape",
        ANY,
        (s, in) -> Reshape.of(s.sizes("shape")),
        new LayerKey("shape", Type.SIZES, null));

    row(
        "embedding",
        VECTOR,
        (s, in) ->
            new Embedding(
                s.size("classes"), s.size("width"), new Initializer.Normal(0, s.number("std"))),
        size("width"),
        new LayerKey("classes", Type.SIZE_OR_CLASSES, LayerKey.CLASSES),
        new LayerKey("std", Type.POSITIVE, 1.0));
    row("positional_embedding", SEQUENCE, (s, in) -> new PositionalEmbedding(in.dim(0), in.dim(1)));
    row("sinusoidal_encoding", SEQUENCE, (s, in) -> new SinusoidalEncoding());
    row("rnn", SEQUENCE, (s, in) -> Recurrent.rnn(in.dim(1), s.size("hidden")), size("hidden"));
    row("lstm", SEQUENCE, (s, in) -> Recurrent.lstm(in.dim(1), s.size("hidden")), size("hidden"));
    row("gru", SEQUENCE, (s, in) -> Recurrent.gru(in.dim(1), s.size("hidden")), size("hidden"));
    row(
        "attention",
        SEQUENCE,
        (s, in) -> new MultiHeadAttention(in.dim(1), s.size("heads"), s.flag("causal")),
        size("heads"),
        flag("causal", false));
    row(
        "transformer",
        SEQUENCE,
        (s, in) ->
            new TransformerBlock(
                in.dim(1),
                s.size("heads"),
                s.size("hidden") == 0 ? 4 * in.dim(1) : s.size("hidden"),
                s.layer("activation", in),
                s.flag("causal"),
                s.number("dropout")),
        size("heads"),
        count("hidden", 0),
        new LayerKey("activation", Type.ACTIVATION, new LayerSpec("gelu_tanh", Map.of())),
        flag("causal", false),
        new LayerKey("dropout", Type.SHARE, 0.0));

    row(
        "residual",
        ANY,
        (s, in) -> new Residual(LayerSpec.sequence(s.layers("layers"), in, s.classes())),
        new LayerKey("layers", Type.LAYERS, null));
    row(
        "checkpointed",
        ANY,
        (s, in) -> new Checkpointed(LayerSpec.sequence(s.layers("layers"), in, s.classes())),
        new LayerKey("layers", Type.LAYERS, null));
    row(
        "concatenate",
        ANY,
        (s, in) ->
            new Concatenate(
                s.branches("branches").stream()
                    .<Layer>map(branch -> LayerSpec.sequence(branch, in, s.classes()))
                    .toList()),
        new LayerKey("branches", Type.BRANCHES, null));

    for (Activation activation : Activation.values()) {
      activation(activation.describe(), (s, in) -> activation);
    }
    activation(
        "leaky_relu",
        (s, in) -> new LeakyRelu(s.number("negative_slope")),
        new LayerKey("negative_slope", Type.NUMBER, 0.01));
    activation(
        "elu", (s, in) -> new Elu(s.number("alpha")), new LayerKey("alpha", Type.NUMBER, 1.0));
  }

  private LayerKinds() {}

  private static void row(String name, int rank, LayerKind.Builder builder, LayerKey... keys) {
    KINDS.put(name, new LayerKind(name, rank, List.of(keys), builder));
  }

  private static void activation(String name, LayerKind.Builder builder, LayerKey... keys) {
    row(name, ANY, builder, keys);
    ACTIVATIONS.add(name);
  }

  /** The settings of a convolution, those of its windows being of these types. */
  private static LayerKey[] convolution(Type size, Type count, LayerKey... more) {
    return with(
        more,
        size("filters"),
        new LayerKey("kernel", size, null),
        new LayerKey("stride", size, 1L),
        new LayerKey("padding", count, 0L),
        new LayerKey("dilation", size, 1L),
        size("groups", 1),
        flag("bias", true));
  }

  private static LayerKey[] pooling(LayerKey... more) {
    return with(
        more,
        new LayerKey("kernel", Type.SIZE_OR_PAIR, null),
        new LayerKey("stride", Type.COUNT_OR_PAIR, 0L),
        new LayerKey("padding", Type.COUNT_OR_PAIR, 0L));
  }

  private static LayerKey[] with(LayerKey[] more, LayerKey... keys) {
    return Stream.of(keys, more).flatMap(Stream::of).toArray(LayerKey[]::new);
  }

  private static LayerKey size(String name) {
    return new LayerKey(name, Type.SIZE, null);
  }

  private static LayerKey size(String name, long fallback) {
    return new LayerKey(name, Type.SIZE, fallback);
  }

  private static LayerKey classes(String name) {
    return new LayerKey(name, Type.SIZE_OR_CLASSES, null);
  }

  private static LayerKey count(String name, long fallback) {
    return new LayerKey(name, Type.COUNT, fallback);
  }

  private static LayerKey flag(String name, boolean fallback) {
    return new LayerKey(name, Type.FLAG, fallback);
  }

  private static LayerKey share(String name) {
    return new LayerKey(name, Type.SHARE, null);
  }

  private static LayerKey eps(double fallback) {
    return new LayerKey("eps", Type.POSITIVE, fallback);
  }

  /** The names of the activations. */
  static Set<String> activations() {
    return Collections.unmodifiableSet(ACTIVATIONS);
  }

  /**
   * The kind that recipes call {@code name}.
   *
   * @throws IllegalArgumentException if there is none
   */
  static LayerKind named(String name) {
    LayerKind kind = KINDS.get(name);
    if (kind == null) {
      throw new IllegalArgumentException("unknown layer \"" + name + "\"; known: " + known());
    }
    return kind;
  }

  /** All names. */
  static Set<String> names() {
    return Collections.unmodifiableSet(KINDS.keySet());
  }

  /** All names, as one text. */
  static String known() {
    return String.join(", ", KINDS.keySet());
  }
}
