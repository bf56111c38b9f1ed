package dev.lanewise.nn;

import dev.lanewise.autodiff.Var;
import dev.lanewise.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * A transformer layer over samples [t, width] (Vaswani et al. 2017) with normalization before each
 * part (Xiong et al. 2020), as PyTorch's {@code TransformerEncoderLayer(norm_first=True)}, whose
 * parameter names it has:
 *
 * <pre>
 * h = x + dropout(self_attn(norm1(x)))
 * y = h + dropout(linear2(dropout(activation(linear1(norm2(h))))))
 * </pre>
 *
 * <p>Weights start normal with a standard deviation of 0.02 and biases at 0, as in GPT-2.
 *
 * @param width of the vectors, a multiple of the heads
 * @param heads how many
 * @param hidden features between the two linear maps, often 4 width
 * @param activation between them: a layer without parameters that keeps shapes
 * @param causal whether a position sees only itself and those before it
 * @param dropout probability, in [0, 1)
 */
public record TransformerBlock(
    long width, long heads, long hidden, Layer activation, boolean causal, double dropout)
    implements Layer {
  private static final Initializer START = new Initializer.Normal(0, 0.02);
  private static final Initializer ZEROS = Initializer.zeros();

  /**
   * Checks the settings.
   *
   * @throws dev.lanewise.tensor.ShapeException if a size is below 1, or the width is no multiple of
   *     the heads
   * @throws IllegalArgumentException if the dropout is out of range, or the activation has
   *     parameters or buffers, or changes shapes
   */
  public TransformerBlock {
    new MultiHeadAttention(width, heads, causal);
    new Linear(width, hidden, START, ZEROS);
    new Dropout(dropout);
    Shape sample = Shape.of(1, hidden);
    if (!activation.parameters().isEmpty()
        || !activation.buffers().isEmpty()
        || !activation.outputShape(sample).equals(sample)) {
      throw new IllegalArgumentException(
          "TransformerBlock: expected an activation such as gelu, without parameters, found "
              + activation.describe());
    }
  }

  /**
   * Makes a block of GPT: causal, 4 width features in between, GELU by tanh, without dropout.
   *
   * @param width of the vectors, a multiple of the heads
   * @param heads how many
   * @return the layer
   */
  public static TransformerBlock causal(long width, long heads) {
    return new TransformerBlock(width, heads, 4 * width, Activation.GELU_TANH, true, 0);
  }

  private LayerNorm norm() {
    return LayerNorm.of(width);
  }

  private MultiHeadAttention attention() {
    return new MultiHeadAttention(width, heads, causal);
  }

  private Linear linear1() {
    return new Linear(width, hidden, START, ZEROS);
  }

  private Linear linear2() {
    return new Linear(hidden, width, START, ZEROS);
  }

  @Override
  public String describe() {
    return "TransformerBlock(%d, heads %d, hidden %d, %s%s)"
        .formatted(width, heads, hidden, activation.describe(), causal ? ", causal" : "");
  }

  @Override
  public Shape outputShape(Shape sample) {
    return attention().outputShape(sample);
  }

  @Override
  public List<ParameterSpec> parameters() {
    List<ParameterSpec> all = new ArrayList<>();
    for (ParameterSpec spec : ParameterSpec.within("self_attn", attention().parameters())) {
      all.add(
          spec.name().endsWith("weight")
              ? new ParameterSpec(spec.name(), spec.shape(), START)
              : new ParameterSpec(spec.name(), spec.shape(), ZEROS));
    }
    all.addAll(ParameterSpec.within("linear1", linear1().parameters()));
    all.addAll(ParameterSpec.within("linear2", linear2().parameters()));
    all.addAll(ParameterSpec.within("norm1", norm().parameters()));
    all.addAll(ParameterSpec.within("norm2", norm().parameters()));
    return all;
  }

  @Override
  public Var forward(Forward pass, Var x) {
    Dropout drop = new Dropout(dropout);
    Var attended =
        attention().forward(pass.child("self_attn"), norm().forward(pass.child("norm1"), x));
    Var h = x.add(drop.forward(pass.child("dropout1"), attended));
    Var inner = linear1().forward(pass.child("linear1"), norm().forward(pass.child("norm2"), h));
    Var active = drop.forward(pass.child("dropout"), activation.forward(pass, inner));
    Var mapped = linear2().forward(pass.child("linear2"), active);
    return h.add(drop.forward(pass.child("dropout2"), mapped));
  }
}
