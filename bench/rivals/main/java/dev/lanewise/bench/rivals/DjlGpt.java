package dev.lanewise.bench.rivals;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.nn.core.Embedding;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.LayerNorm;
import ai.djl.training.ParameterStore;
import ai.djl.training.initializer.NormalInitializer;
import ai.djl.util.PairList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The transformer of {@code lanewise bench step gpt} as a block of DJL, with its GELU (erf). */
final class DjlGpt extends AbstractBlock {
  private static final float MASKED = -1e9f;

  private final int context;
  private final int width;
  private final int heads;
  private final Parameter tokens;
  private final Parameter positions;
  private final List<Branches> blocks = new ArrayList<>();
  private final Block lastNorm;
  private final Block head;
  private @Nullable NDArray mask;

  /** The parts of one block of the transformer. */
  private record Branches(
      Block norm, Block projections, Block output, Block mlpNorm, Block wide, Block narrow) {}

  DjlGpt(int vocabulary, int context, int width, int heads, int count) {
    this.context = context;
    this.width = width;
    this.heads = heads;
    tokens = weights("tokens", vocabulary);
    positions = weights("positions", context);
    for (int i = 0; i < count; i++) {
      blocks.add(
          new Branches(
              norm("norm" + i),
              linear("projections" + i, 3 * width),
              linear("output" + i, width),
              norm("mlpNorm" + i),
              linear("wide" + i, 4 * width),
              linear("narrow" + i, width)));
    }
    lastNorm = norm("lastNorm");
    head = linear("head", vocabulary);
  }

  private Parameter weights(String name, int rows) {
    return addParameter(
        Parameter.builder()
            .setName(name)
            .setType(Parameter.Type.WEIGHT)
            .optInitializer(new NormalInitializer(0.02f))
            .optShape(new Shape(rows, width))
            .build());
  }

  private Block linear(String name, int units) {
    return addChildBlock(name, Linear.builder().setUnits(units).build());
  }

  private Block norm(String name) {
    return addChildBlock(name, LayerNorm.builder().axis(2).build());
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputs) {
    return new Shape[] {new Shape(inputs[0].size(), tokens.getShape().get(0))};
  }

  @Override
  protected void initializeChildBlocks(NDManager manager, DataType type, Shape... inputs) {
    Shape narrow = inputs[0].add(width);
    for (Branches block : blocks) {
      block.norm.initialize(manager, type, narrow);
      block.projections.initialize(manager, type, narrow);
      block.output.initialize(manager, type, narrow);
      block.mlpNorm.initialize(manager, type, narrow);
      block.wide.initialize(manager, type, narrow);
      block.narrow.initialize(manager, type, inputs[0].add(4L * width));
    }
    lastNorm.initialize(manager, type, narrow);
    head.initialize(manager, type, narrow);
    float[] later = new float[context * context];
    for (int i = 0; i < context; i++) {
      Arrays.fill(later, i * context + i + 1, (i + 1) * context, MASKED);
    }
    mask = manager.create(later, new Shape(context, context));
  }

  @Override
  protected NDList forwardInternal(
      ParameterStore store,
      NDList inputs,
      boolean training,
      @Nullable PairList<String, Object> params) {
    NDArray indices = inputs.singletonOrThrow();
    NDArray table = store.getValue(tokens, indices.getDevice(), training);
    NDArray x =
        Embedding.embedding(indices, table, SparseFormat.DENSE)
            .singletonOrThrow()
            .add(store.getValue(positions, indices.getDevice(), training));
    for (Branches block : blocks) {
      NDArray normed = pass(block.norm, store, x, training);
      NDArray attention = attention(pass(block.projections, store, normed, training));
      x = x.add(pass(block.output, store, attention, training));
      NDArray wide = pass(block.wide, store, pass(block.mlpNorm, store, x, training), training);
      x = x.add(pass(block.narrow, store, Activation.gelu(wide), training));
    }
    NDArray logits = pass(head, store, pass(lastNorm, store, x, training), training);
    return new NDList(logits.reshape(-1, tokens.getShape().get(0)));
  }

  private static NDArray pass(Block block, ParameterStore store, NDArray x, boolean training) {
    return block.forward(store, new NDList(x), training).singletonOrThrow();
  }

  /** Causal attention of queries, keys and values [n, context, 3 width]. */
  private NDArray attention(NDArray projections) {
    long n = projections.getShape().get(0);
    NDList parts = projections.split(3, 2);
    NDArray queries = heads(parts.get(0), n);
    NDArray keys = heads(parts.get(1), n).swapAxes(2, 3);
    NDArray scores = queries.matMul(keys).mul(1 / Math.sqrt((double) width / heads)).add(mask);
    return scores
        .softmax(-1)
        .matMul(heads(parts.get(2), n))
        .transpose(0, 2, 1, 3)
        .reshape(n, context, width);
  }

  private NDArray heads(NDArray x, long n) {
    return x.reshape(n, context, heads, width / heads).transpose(0, 2, 1, 3);
  }
}
