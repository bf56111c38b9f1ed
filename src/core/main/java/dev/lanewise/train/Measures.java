package dev.lanewise.train;

import dev.lanewise.autodiff.Var;
import dev.lanewise.metric.Classification;
import dev.lanewise.metric.Regression;
import dev.lanewise.nn.Loss;
import dev.lanewise.nn.Task;
import dev.lanewise.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Measures the outputs of a model as its loss understands them. Of sequences [n, t, classes] each
 * place counts like a sample of its own.
 */
final class Measures {
  private final Loss loss;
  private @Nullable Classification classes;
  private @Nullable Regression numbers;

  Measures(Loss loss) {
    this.loss = loss;
  }

  /** Adds a batch. */
  void add(Var output, Tensor target) {
    switch (loss.task()) {
      case CLASSES -> {
        long width = output.shape().dim(-1);
        boolean probabilities = target.dtype().isFloating();
        Var rows = output.reshape(-1, width).logSoftmax(1);
        classes(rows, probabilities ? target.reshape(-1, width) : target.reshape(-1));
      }
      case BINARY -> {
        Var x = flat(output);
        Var yes = flat(output.tape().constant(target)).cast(x.dtype());
        classes(x.neg().logSigmoid().stack(1, x.logSigmoid()), shares(yes).tensor());
      }
      case NUMBERS -> {
        if (numbers == null) {
          numbers = new Regression(Math.toIntExact(output.shape().size() / output.shape().dim(0)));
        }
        numbers.add(output.tensor(), target);
      }
      case OTHER -> {}
    }
  }

  private void classes(Var logProbabilities, Tensor target) {
    if (classes == null) {
      classes = new Classification(Math.toIntExact(logProbabilities.shape().dim(1)));
    }
    classes.add(logProbabilities.tensor(), target, loss.ignoreIndex());
  }

  private static Var flat(Var v) {
    return v.reshape(v.shape().size());
  }

  /** [n] shares of yes as [n, 2] shares of no and yes. */
  private static Var shares(Var yes) {
    return yes.neg().add(1).stack(1, yes);
  }

  /** With the mean loss of these samples, which was found beside. */
  Evaluation evaluation(Totals totals) {
    Evaluation mean = totals.evaluation();
    double accuracy = classes == null ? Double.NaN : classes.accuracy();
    return new Evaluation(mean.loss(), accuracy, mean.samples(), classes, numbers);
  }

  /** The share of {@code output} that is classified rightly; NaN where there are no classes. */
  static double accuracy(Loss loss, Var output, Tensor target) {
    if (loss.task() == Task.BINARY) {
      double[] logits = output.tensor().toDoubles();
      double[] yes = target.toDoubles();
      int right = 0;
      for (int i = 0; i < yes.length; i++) {
        right += logits[i] > 0 == yes[i] > 0.5 ? 1 : 0;
      }
      return right / (double) yes.length;
    }
    if (loss.task() != Task.CLASSES) {
      return Double.NaN;
    }
    int[] predicted = output.argmax(-1, false).tensor().toInts();
    boolean probabilities = target.dtype().isFloating();
    long[] classes =
        (probabilities ? output.tape().constant(target).argmax(-1, false).tensor() : target)
            .toLongs();
    int right = 0;
    int counted = 0;
    for (int i = 0; i < classes.length; i++) {
      boolean counts = probabilities || classes[i] != loss.ignoreIndex();
      counted += counts ? 1 : 0;
      right += counts && predicted[i] == classes[i] ? 1 : 0;
    }
    return right / (double) Math.max(1, counted);
  }
}
