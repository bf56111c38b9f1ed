package dev.lanewise.cli.bench;

import dev.lanewise.autodiff.Var;
import dev.lanewise.nn.Activation;
import dev.lanewise.nn.Embedding;
import dev.lanewise.nn.Forward;
import dev.lanewise.nn.Initializer;
import dev.lanewise.nn.Layer;
import dev.lanewise.nn.LayerNorm;
import dev.lanewise.nn.Linear;
import dev.lanewise.nn.MultiHeadAttention;
import dev.lanewise.nn.ParameterSpec;
import dev.lanewise.nn.Sequential;
import dev.lanewise.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * A decoder-only transformer (Radford et al. 2019): tokens [n, context] (I32) to logits [n *
 * context, vocabulary], one row for each position. Blocks normalize before they compute, {@code x +
 * attention(norm(x))} and then {@code x + mlp(norm(x))}; the MLP is four times as wide, with
 * GELU(tanh).
 *
 * @param vocabulary how many tokens there are
 * @param context positions of a sample
 * @param width of the vectors
 * @param heads of the attention
 * @param blocks one after the other
 */
record Gpt(long vocabulary, long context, long width, long heads, int blocks) implements Layer {
  private static final double STANDARD_DEVIATION = 0.02;

  /** The layer {@code layer} that the network calls {@code name}. */
  private record Part(String name, Layer layer) {
    Var forward(Forward pass, Var x) {
      return layer.forward(pass.child(name), x);
    }
  }

  private Part tokens() {
    return new Part("tokens", new Embedding(vocabulary, width));
  }

  /** The branches that a block adds to its input, one after the other. */
  private List<Part> branches(int block) {
    String name = "block" + block;
    return List.of(
        new Part(
            name + ".attention",
            Sequential.of(
                LayerNorm.of(width), new MultiHeadAttention(width, heads, /* causal= */ true))),
        new Part(
            name + ".mlp",
            Sequential.of(
                LayerNorm.of(width),
                Linear.of(width, 4 * width),
                Activation.GELU_TANH,
                Linear.of(4 * width, width))));
  }

  private Part head() {
    return new Part("head", Sequential.of(LayerNorm.of(width), Linear.of(width, vocabulary)));
  }

  @Override
  public String describe() {
    return "Gpt(%d blocks, width %d, heads %d)".formatted(blocks, width, heads);
  }

  @Override
  public Shape outputShape(Shape sample) {
    return Shape.of(context, vocabulary);
  }

  @Override
  public List<ParameterSpec> parameters() {
    List<ParameterSpec> specs = new ArrayList<>();
    add(specs, tokens());
    Initializer normal = new Initializer.Normal(0, STANDARD_DEVIATION);
    specs.add(new ParameterSpec("positions", Shape.of(context, width), normal));
    for (int block = 0; block < blocks; block++) {
      branches(block).forEach(branch -> add(specs, branch));
    }
    add(specs, head());
    return specs;
  }

  private static void add(List<ParameterSpec> specs, Part part) {
    for (ParameterSpec spec : part.layer.parameters()) {
      specs.add(new ParameterSpec(part.name + "." + spec.name(), spec.shape(), spec.initializer()));
    }
  }

  @Override
  public Var forward(Forward pass, Var indices) {
    Var x = tokens().forward(pass, indices).add(pass.parameter("positions"));
    for (int block = 0; block < blocks; block++) {
      for (Part branch : branches(block)) {
        x = x.add(branch.forward(pass, x));
      }
    }
    return head().forward(pass, x).reshape(-1, vocabulary);
  }
}
