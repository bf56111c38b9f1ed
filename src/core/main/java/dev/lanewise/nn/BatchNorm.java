package dev.lanewise.nn;

import dev.lanewise.autodiff.Var;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.ShapeException;
import dev.lanewise.tensor.Tensor;
import java.util.List;

/**
 * Batch normalization of [n, channels, ...], see {@link Functional#batchNorm}: PyTorch's {@code
 * BatchNorm1d} and {@code BatchNorm2d}. A training pass moves the running statistics.
 *
 * @param channels how many
 * @param momentum how far the running statistics move to those of a batch, in [0, 1]
 * @param eps added to the variance
 */
public record BatchNorm(long channels, double momentum, double eps) implements Layer {

  /**
   * Checks the settings.
   *
   * @throws ShapeException if there is no channel
   * @throws IllegalArgumentException if the momentum is out of range
   */
  public BatchNorm {
    if (channels < 1) {
      throw new ShapeException("BatchNorm: needs at least one channel, found " + channels);
    }
    if (!(momentum >= 0 && momentum <= 1)) {
      throw new IllegalArgumentException(
          "batch_norm: momentum must be in [0, 1], found " + momentum);
    }
  }

  /**
   * Makes a layer with PyTorch's momentum 0.1 and eps 1e-5.
   *
   * @param channels how many, at least 1
   * @return the layer
   */
  public static BatchNorm of(long channels) {
    return new BatchNorm(channels, 0.1, 1e-5);
  }

  @Override
  public String describe() {
    return "BatchNorm(" + channels + ")";
  }

  @Override
  public Shape outputShape(Shape sample) {
    return sample;
  }

  @Override
  public List<ParameterSpec> parameters() {
    return ParameterSpec.scaleAndShift(Shape.of(channels));
  }

  @Override
  public List<ParameterSpec> buffers() {
    Shape each = Shape.of(channels);
    return List.of(
        new ParameterSpec("running_mean", each, Initializer.zeros()),
        new ParameterSpec("running_var", each, new Initializer.Constant(1)));
  }

  @Override
  public Var forward(Forward pass, Var x) {
    Tensor mean = pass.buffer("running_mean");
    Tensor variance = pass.buffer("running_var");
    Functional.BatchNormalized result =
        Functional.batchNorm(
            x,
            x.tape().constant(mean),
            x.tape().constant(variance),
            pass.parameter("weight"),
            pass.parameter("bias"),
            pass.isTraining(),
            momentum,
            eps);
    if (pass.isTraining()) {
      mean.copyFrom(result.runningMean().tensor());
      variance.copyFrom(result.runningVar().tensor());
    }
    return result.y();
  }
}
