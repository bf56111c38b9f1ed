package dev.lanewise.nn;

import dev.lanewise.autodiff.Tape;
import dev.lanewise.autodiff.Var;
import dev.lanewise.tensor.Scope;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * A layer whose weight is divided by its largest singular value (Miyato et al. 2018, Spectral
 * Normalization for Generative Adversarial Networks): PyTorch's {@code
 * parametrizations.spectral_norm}, with the names that its state dict has.
 *
 * <p>The weight counts as a matrix: its first axis (the second of a transposed convolution) by all
 * others. Two buffers hold estimates of its singular vectors u and v; each training pass refines
 * them by power iteration, {@code u = W v / ||W v||, v = W^T u / ||W^T u||}, and the singular value
 * is {@code u^T W v}, where u and v count as constants. They start from a normal v and 15 rounds.
 *
 * @param layer has a parameter {@code weight} of at least two axes
 * @param iterations rounds in each training pass, at least 1
 * @param eps the least norm that is divided by, above 0
 */
public record SpectralNorm(Layer layer, int iterations, double eps) implements Layer {
  private static final String WEIGHT = "weight";
  private static final String ORIGINAL = "parametrizations.weight.original";
  private static final String U = "parametrizations.weight.0._u";
  private static final String V = "parametrizations.weight.0._v";

  /** Rounds before the first use. */
  private static final int FIRST = 15;

  /**
   * Checks the settings.
   *
   * @throws IllegalArgumentException if the layer has no such weight, or a number is out of range
   */
  public SpectralNorm {
    if (layer.parameters().stream()
        .noneMatch(p -> p.name().equals(WEIGHT) && p.shape().rank() >= 2)) {
      throw new IllegalArgumentException(
          "spectral_norm: %s has no weight of at least two axes".formatted(layer.describe()));
    }
    if (iterations < 1) {
      throw new IllegalArgumentException(
          "spectral_norm: iterations must be at least 1, found " + iterations);
    }
    if (!(eps > 0 && eps < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("spectral_norm: eps must be above 0, found " + eps);
    }
  }

  /**
   * Makes a layer with PyTorch's one iteration and eps 1e-12.
   *
   * @param layer has a parameter {@code weight} of at least two axes
   * @return the layer
   */
  public static SpectralNorm of(Layer layer) {
    return new SpectralNorm(layer, 1, 1e-12);
  }

  @Override
  public String describe() {
    return "SpectralNorm[" + layer.describe() + "]";
  }

  @Override
  public Shape outputShape(Shape sample) {
    return layer.outputShape(sample);
  }

  @Override
  public List<ParameterSpec> parameters() {
    return layer.parameters().stream()
        .map(
            p ->
                p.name().equals(WEIGHT)
                    ? new ParameterSpec(ORIGINAL, p.shape(), p.initializer())
                    : p)
        .toList();
  }

  @Override
  public List<ParameterSpec> buffers() {
    Shape weight =
        layer.parameters().stream()
            .filter(p -> p.name().equals(WEIGHT))
            .findFirst()
            .orElseThrow()
            .shape();
    long rows = weight.dim(outputAxis());
    List<ParameterSpec> buffers = new ArrayList<>(layer.buffers());
    // u of zeros says that no round was done yet
    buffers.add(new ParameterSpec(U, Shape.of(rows), Initializer.zeros()));
    buffers.add(new ParameterSpec(V, Shape.of(weight.size() / rows), new Initializer.Normal(0, 1)));
    return buffers;
  }

  @Override
  public Var forward(Forward pass, Var x) {
    return layer.forward(pass.replacing(WEIGHT, normalized(pass)), x);
  }

  /**
   * Computes the weight as a prediction uses it.
   *
   * @param network the network that this layer is part of
   * @param path what the layer is called in it, such as {@code 0} or {@code 2.1}
   * @param scope owner of the result
   * @return a copy, of the shape of the layer's weight
   */
  public Tensor weight(Sequential network, String path, Scope scope) {
    try (Tape tape = Tape.open(network.store())) {
      Forward pass = Forward.evaluation(tape).within(network).child(path);
      return scope.copy(normalized(pass).tensor());
    }
  }

  private Var normalized(Forward pass) {
    Var weight = pass.parameter(ORIGINAL);
    Tape tape = weight.tape();
    Var matrix = matrix(weight);
    Var constant = matrix(tape.constant(weight.tensor()));
    Tensor left = pass.buffer(U);
    Tensor right = pass.buffer(V);
    Var u = tape.constant(left).reshape(left.size(), 1);
    Var v = tape.constant(right).reshape(right.size(), 1);
    int rounds = (isZero(left) ? FIRST : 0) + (pass.isTraining() ? iterations : 0);
    for (int i = 0; i < rounds; i++) {
      u = unit(constant.matmul(v));
      v = unit(constant.transpose().matmul(u));
    }
    if (pass.isTraining()) {
      left.copyFrom(u.reshape(left.size()).tensor());
      right.copyFrom(v.reshape(right.size()).tensor());
    }
    return weight.div(matrix.matmul(v).mul(u).sum());
  }

  /** A weight as [outputs, the rest]. */
  private Var matrix(Var weight) {
    Shape shape = weight.shape();
    if (outputAxis() == 0) {
      return weight.reshape(shape.dim(0), -1);
    }
    int[] axes = new int[shape.rank()];
    for (int i = 0; i < axes.length; i++) {
      axes[i] = i < 2 ? 1 - i : i;
    }
    return weight.permute(axes).reshape(shape.dim(1), -1);
  }

  private int outputAxis() {
    return layer instanceof ConvTranspose2d ? 1 : 0;
  }

  private Var unit(Var x) {
    return x.div(x.square().sum().sqrt().clamp(eps, Double.POSITIVE_INFINITY));
  }

  private static boolean isZero(Tensor vector) {
    for (long i = 0; i < vector.size(); i++) {
      if (vector.getDouble(i) != 0) {
        return false;
      }
    }
    return true;
  }
}
