package dev.lanewise.nn;

import dev.lanewise.autodiff.Tape;
import dev.lanewise.autodiff.Var;
import dev.lanewise.tensor.DType;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.ShapeException;
import dev.lanewise.tensor.Tensor;
import java.util.Arrays;

/**
 * Connectionist temporal classification (Graves et al. 2006): the loss of a sequence of labels when
 * it is not known which step of the input each belongs to,
 *
 * <pre>loss = -log sum over alignments of prod over t of p[t, alignment[t]]</pre>
 *
 * <p>where an alignment has a label or blank at each step, and gives the target once repetitions
 * are merged and blanks removed. The sum is the paper's forward recurrence over the target with
 * blanks between, in logarithms. Names are those of PyTorch's {@code ctc_loss}.
 */
public final class Ctc {
  private static final double NEVER = Double.NEGATIVE_INFINITY;

  private final Var logProbs;
  private final Tape tape;
  private final int samples;
  private final int classes;
  private final int blank;
  private final int[] inputLengths;
  private final int[] targetLengths;

  /** Positions of the longest target with blanks around and between its labels. */
  private final int width;

  /** [samples, width]: the label at each position, blank beyond the end. */
  private final int[] labels;

  private Ctc(
      Var logProbs, int blank, int[] inputLengths, int[] targetLengths, int[] targets, int stride) {
    this.logProbs = logProbs;
    this.tape = logProbs.tape();
    this.samples = Math.toIntExact(logProbs.shape().dim(1));
    this.classes = Math.toIntExact(logProbs.shape().dim(2));
    this.blank = blank;
    this.inputLengths = inputLengths;
    this.targetLengths = targetLengths;
    check("blank", blank, 0, classes - 1);
    int longest = 0;
    for (int n = 0; n < samples; n++) {
      check("input length", inputLengths[n], 1, logProbs.shape().dim(0));
      check("target length", targetLengths[n], 0, stride);
      longest = Math.max(longest, targetLengths[n]);
    }
    width = 2 * longest + 1;
    labels = new int[samples * width];
    Arrays.fill(labels, blank);
    for (int n = 0; n < samples; n++) {
      for (int s = 0; s < targetLengths[n]; s++) {
        int label = targets[n * stride + s];
        check("label", label, 0, classes - 1);
        if (label == blank) {
          throw new IllegalArgumentException("ctc: a target contains the blank, " + blank);
        }
        labels[n * width + 2 * s + 1] = label;
      }
    }
  }

  private static void check(String what, long found, long from, long to) {
    if (found < from || found > to) {
      throw new IllegalArgumentException(
          "ctc: %s must be between %d and %d, found %d".formatted(what, from, to, found));
    }
  }

  /**
   * The loss of log-probabilities; infinite where the input is too short for the target.
   *
   * @param logProbs [t, n, classes]
   * @param targets [n, s] labels of I32 or I64, without blanks; what lies beyond a target's length
   *     is not read
   * @param inputLengths [n] steps of each input, at most t
   * @param targetLengths [n] labels of each target, at most s
   * @param blank the class that stands for no label
   * @param averaging how the losses [n] are joined; the mean divides each by its target's length
   *     first, as in PyTorch
   * @return [n] losses, or one number, as {@code averaging} says
   * @throws ShapeException if the shapes do not fit
   * @throws IllegalArgumentException if a label, a length or the blank is out of range, or a target
   *     contains the blank
   */
  public static Var loss(
      Var logProbs,
      Tensor targets,
      Tensor inputLengths,
      Tensor targetLengths,
      int blank,
      Averaging averaging) {
    Shape s = logProbs.shape();
    if (s.rank() != 3 || targets.rank() != 2 || targets.dim(0) != s.dim(1)) {
      throw new ShapeException(
          "ctc: expected log-probabilities [t, n, classes] and targets [n, s], found %s and %s"
              .formatted(s, targets.shape()));
    }
    for (Tensor lengths : new Tensor[] {inputLengths, targetLengths}) {
      if (!lengths.shape().equals(Shape.of(s.dim(1)))) {
        throw new ShapeException(
            "ctc: expected %d lengths, found %s".formatted(s.dim(1), lengths.shape()));
      }
    }
    int stride = Math.toIntExact(targets.dim(1));
    int[] lengths = targetLengths.toInts();
    var ctc = new Ctc(logProbs, blank, inputLengths.toInts(), lengths, targets.toInts(), stride);
    Var losses = ctc.losses();
    if (averaging != Averaging.MEAN) {
      return averaging.apply(losses);
    }
    double[] divisors = Arrays.stream(lengths).mapToDouble(n -> Math.max(1, n)).toArray();
    return losses.div(ctc.constant(divisors, lengths.length)).mean();
  }

  private Var losses() {
    Tensor index = tape.scope().allocate(DType.I32, Shape.of(samples, width)).copyFrom(labels);
    Var skip = skippable();
    Var alpha = emitted(0, index).add(start());
    for (int t = 1; t < logProbs.shape().dim(0); t++) {
      alpha = step(alpha, emitted(t, index), skip, t);
    }
    return alpha.add(end()).logsumexp(false, 1).neg();
  }

  /** [samples, width]: the log-probabilities of the labels at step t. */
  private Var emitted(int t, Tensor index) {
    return logProbs.slice(0, t, t + 1).reshape(samples, classes).gather(1, index);
  }

  /**
   * From step t - 1 to step t: a position is reached from itself, the one before, and the one
   * before that where that skips a blank between two different labels.
   */
  private Var step(Var alpha, Var emitted, Var skip, int t) {
    Var wide = alpha.pad(new long[][] {{0, 0}, {2, 0}}, NEVER);
    Var twoBefore = wide.slice(1, 0, width).add(skip);
    Var oneBefore = wide.slice(1, 1, width + 1);
    Var next = alpha.stack(0, oneBefore, twoBefore).logsumexp(false, 0).add(emitted);
    double[] running = Arrays.stream(inputLengths).mapToDouble(n -> t < n ? 1 : 0).toArray();
    return next.where(constant(running, samples, 1).tensor(), alpha);
  }

  /** 0 at the first blank and the first label, where alignments begin. */
  private Var start() {
    return positions((n, s) -> s == 0 || s == 1 && targetLengths[n] > 0);
  }

  /** 0 at the last label and the last blank, where they end. */
  private Var end() {
    return positions((n, s) -> s == 2 * targetLengths[n] || s == 2 * targetLengths[n] - 1);
  }

  /** 0 at labels that differ from the label before. */
  private Var skippable() {
    return positions(
        (n, s) ->
            s >= 2
                && labels[n * width + s] != blank
                && labels[n * width + s] != labels[n * width + s - 2]);
  }

  private interface Position {
    boolean holds(int sample, int position);
  }

  /** [samples, width]: 0 where {@code allowed} holds, minus infinity elsewhere. */
  private Var positions(Position allowed) {
    double[] values = new double[labels.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = allowed.holds(i / width, i % width) ? 0 : NEVER;
    }
    return constant(values, samples, width);
  }

  private Var constant(double[] values, long... dims) {
    return tape.constant(tape.scope().allocate(logProbs.dtype(), Shape.of(dims)).copyFrom(values));
  }
}
