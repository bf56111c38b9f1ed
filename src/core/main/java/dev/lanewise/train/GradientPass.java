package dev.lanewise.train;

import dev.lanewise.autodiff.Tape;
import dev.lanewise.autodiff.Var;
import dev.lanewise.data.Batch;
import dev.lanewise.nn.Forward;
import dev.lanewise.nn.GradientPenalty;
import dev.lanewise.nn.Sequential;
import dev.lanewise.optim.GradientSum;
import dev.lanewise.tensor.Parameters;
import dev.lanewise.tensor.TensorStore;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Loss and gradients of one step: of one batch, or of several whose gradients add up. A batch can
 * be evaluated again, at other parameters; random numbers are then the same, and the buffers start
 * from what they were before the step.
 */
final class GradientPass implements AutoCloseable {
  private final Trainer settings;
  private final Sequential model;
  private final Tape tape;
  private final @Nullable GradientSum sum;
  private final TensorStore buffersBefore;
  private final List<Runnable> closers = new ArrayList<>();
  private Totals totals = new Totals();
  private long step;
  private int batches;
  private double lastLoss;

  GradientPass(Trainer settings) {
    this.settings = settings;
    model = settings.model;
    try {
      Parameters parameters = model.store();
      tape = Tape.open(settings.engine(), parameters);
      closers.add(tape::close);
      tape.observe(settings.trace);
      sum = settings.accumulate == 1 ? null : GradientSum.of(settings.engine(), parameters);
      if (sum != null) {
        closers.add(sum::close);
      }
      buffersBefore = model.state().like("buffers before the step");
      closers.add(buffersBefore::close);
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /** Starts step {@code number}. */
  void begin(long number) {
    step = number;
    batches = 0;
    totals = new Totals();
    buffersBefore.flat().copyFrom(model.state().flat());
  }

  /** Adds the loss and the gradients of {@code data}. */
  void add(Batch data) {
    Var output = evaluate(data, batches);
    totals.add(lastLoss, Measures.accuracy(settings.loss, output, data.y()), data.size());
    batches++;
    if (sum != null) {
      sum.add(data.size());
    }
  }

  /** The mean loss of the samples that were added; the gradients are those of it. */
  double finish() {
    if (sum == null) {
      return lastLoss;
    }
    sum.finish();
    return totals.evaluation().loss();
  }

  /** The loss of {@code data}, the only batch of the step, at the parameters as they are now. */
  double again(Batch data) {
    undoBuffers();
    evaluate(data, 0);
    return lastLoss;
  }

  /**
   * Batch {@code number} of the step. Returns the output; the tape holds it until the next
   * evaluation.
   */
  private Var evaluate(Batch data, int number) {
    tape.reset();
    if (settings.trace != null) {
      settings.trace.computed("batch x", data.x());
      settings.trace.computed("batch y", data.y());
    }
    // each batch of a step has random numbers of its own
    Forward pass = Forward.training(tape, settings.seed, step * settings.accumulate + number);
    GradientPenalty penalty = settings.gradientPenalty;
    Var x = penalty == null ? tape.input(data.x()) : tape.variable(data.x());
    Var output = model.forward(pass, x);
    Var value = settings.loss.of(output, tape.constant(data.y()));
    if (penalty != null) {
      value = value.add(penalty.of(value, x));
    }
    lastLoss = value.item();
    tape.backward(value);
    return output;
  }

  /** What the samples that were added came to. */
  Evaluation evaluation() {
    return totals.evaluation();
  }

  /** Puts the buffers back to what they were before the step. */
  void undoBuffers() {
    model.state().flat().copyFrom(buffersBefore.flat());
  }

  /** Where the last batch went wrong, see {@link Tape#firstNonFinite}. */
  String firstNonFinite() {
    return tape.firstNonFinite();
  }

  @Override
  public void close() {
    closers.reversed().forEach(Runnable::run);
  }
}
