package dev.lanewise.bench.rivals;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.Dropout;
import ai.djl.nn.pooling.Pool;
import dev.lanewise.cli.bench.StepBench;
import java.util.SplittableRandom;

/**
 * A model of {@link StepBench} in DJL, and synthetic data for it.
 *
 * @param block the model
 * @param sample its input
 * @param classes to tell apart; labels of a sample of tokens are tokens
 */
record DjlModel(Block block, Shape sample, int classes) {
  private static final int CONTEXT = 64;
  private static final int VOCABULARY = 65;
  private static final Shape PIXELS = new Shape(784);
  private static final Shape IMAGE = new Shape(1, 28, 28);

  /** The twin of {@code bench}. */
  static DjlModel of(StepBench bench) {
    return switch (bench) {
      case MLP ->
          new DjlModel(
              new SequentialBlock()
                  .add(linear(512))
                  .add(Activation::relu)
                  .add(linear(512))
                  .add(Activation::relu)
                  .add(linear(10)),
              PIXELS,
              10);
      case MLP_SMALL ->
          new DjlModel(
              new SequentialBlock().add(linear(128)).add(Activation::relu).add(linear(10)),
              PIXELS,
              10);
      case LENET ->
          new DjlModel(
              new SequentialBlock()
                  .add(convolution(6, 5, 2))
                  .add(Activation::relu)
                  .add(pool())
                  .add(convolution(16, 5, 0))
                  .add(Activation::relu)
                  .add(pool())
                  .add(Blocks.batchFlattenBlock())
                  .add(linear(120))
                  .add(Activation::relu)
                  .add(linear(84))
                  .add(Activation::relu)
                  .add(linear(10)),
              IMAGE,
              10);
      case CNN ->
          new DjlModel(
              new SequentialBlock()
                  .add(convolution(32, 3, 1))
                  .add(Activation::relu)
                  .add(pool())
                  .add(convolution(64, 3, 1))
                  .add(Activation::relu)
                  .add(pool())
                  .add(Blocks.batchFlattenBlock())
                  .add(linear(128))
                  .add(Activation::relu)
                  .add(Dropout.builder().optRate(0.5f).build())
                  .add(linear(10)),
              IMAGE,
              10);
      case GPT ->
          new DjlModel(new DjlGpt(VOCABULARY, CONTEXT, 128, 4, 4), new Shape(CONTEXT), VOCABULARY);
    };
  }

  private static Block linear(long units) {
    return Linear.builder().setUnits(units).build();
  }

  private static Block convolution(int filters, long kernel, long padding) {
    return Conv2d.builder()
        .setFilters(filters)
        .setKernelShape(new Shape(kernel, kernel))
        .optPadding(new Shape(padding, padding))
        .build();
  }

  private static Block pool() {
    return Pool.maxPool2dBlock(new Shape(2, 2), new Shape(2, 2));
  }

  private boolean hasTokens() {
    return classes == VOCABULARY;
  }

  /** Pixels in [-1, 1), or tokens. */
  NDArray inputs(NDManager manager, SplittableRandom random, int batch) {
    Shape shape = new Shape(batch).addAll(sample);
    if (hasTokens()) {
      return labels(manager, random, batch).reshape(shape);
    }
    float[] values = new float[Math.toIntExact(shape.size())];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextDouble(-1, 1);
    }
    return manager.create(values, shape);
  }

  /** A class for each sample, or for each of its tokens. */
  NDArray labels(NDManager manager, SplittableRandom random, int batch) {
    long count = hasTokens() ? (long) batch * CONTEXT : batch;
    return manager.create(random.longs(count, 0, classes).toArray());
  }
}
