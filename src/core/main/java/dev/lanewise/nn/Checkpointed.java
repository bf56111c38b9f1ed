package dev.lanewise.nn;

import dev.lanewise.autodiff.Var;
import dev.lanewise.tensor.Shape;
import java.util.List;

/**
 * A layer whose intermediate results are computed again in backward and not kept, which saves
 * memory and costs a second forward pass, see {@link dev.lanewise.autodiff.Tape#checkpoint}. Bits
 * do not change.
 *
 * @param block the layer; one without buffers, which a second pass would move again
 */
public record Checkpointed(Layer block) implements Layer {

  /**
   * Checks the block.
   *
   * @throws IllegalArgumentException if it keeps buffers
   */
  public Checkpointed {
    if (!block.buffers().isEmpty()) {
      throw new IllegalArgumentException(
          "Checkpointed: %s keeps buffers, which a second pass would move again"
              .formatted(block.describe()));
    }
  }

  @Override
  public String describe() {
    return "Checkpointed[" + block.describe() + "]";
  }

  @Override
  public Shape outputShape(Shape sample) {
    return block.outputShape(sample);
  }

  @Override
  public List<ParameterSpec> parameters() {
    return block.parameters();
  }

  @Override
  public Var forward(Forward pass, Var x) {
    if (!pass.isTraining()) {
      return block.forward(pass, x);
    }
    return x.tape().checkpoint((tape, in) -> block.forward(pass.on(tape), in[0]), x);
  }
}
