package dev.lanewise.cli.report;

import dev.lanewise.autodiff.Tape;
import dev.lanewise.autodiff.Var;
import dev.lanewise.cli.run.Experiment;
import dev.lanewise.data.Batch;
import dev.lanewise.data.Batches;
import dev.lanewise.data.DataSet;
import dev.lanewise.data.Epoch;
import dev.lanewise.engine.Engine;
import dev.lanewise.nn.Task;
import dev.lanewise.tensor.TensorStore;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a look into a trained model and a walk over its test set show.
 *
 * @param weights how the values of each parameter are spread
 * @param activations how the results of each layer are spread, for the first test samples
 * @param classes how well it tells classes apart, or null if it predicts numbers
 * @param numbers how well it predicts numbers, or null if it tells classes apart
 */
record Findings(
    List<Histogram> weights,
    List<Histogram> activations,
    @Nullable ClassFindings classes,
    @Nullable NumberFindings numbers) {

  /** Examines the model of {@code experiment} as it is now. */
  static Findings of(Experiment experiment, Engine engine) {
    TensorStore parameters = experiment.parameters();
    List<Histogram> weights =
        parameters.names().stream()
            .map(name -> Histogram.of(name, parameters.get(name).toFloats()))
            .toList();
    Batches batches = experiment.testBatches();
    DataSet data = batches.data();
    boolean binary = experiment.loss().task() == Task.BINARY;
    try (Probe probe = new Probe(experiment.model());
        Tape tape = Tape.open(engine, probe.model().store());
        Epoch order = batches.epoch(0, 0)) {
      ClassFindings.Counter classes =
          data.isClassification() ? new ClassFindings.Counter(data) : null;
      List<NumberFindings.Point> points = new ArrayList<>();
      while (order.hasNext()) {
        Batch batch = order.next();
        tape.reset();
        Var output = probe.model().predict(tape, tape.input(batch.x()));
        probe.stopRecording();
        if (classes != null) {
          Var probabilities = output.softmax(output.shape().rank() - 1);
          classes.add(probabilities.tensor().toFloats(), batch.y().toInts());
        } else {
          Var predicted = binary ? output.sigmoid() : output;
          add(points, predicted.tensor().toDoubles(), batch.y().toDoubles(), batch.size());
        }
      }
      return new Findings(
          weights,
          probe.activations(),
          classes == null ? null : classes.findings(),
          classes == null ? NumberFindings.of(points) : null);
    }
  }

  private static void add(
      List<NumberFindings.Point> points, double[] outputs, double[] targets, int samples) {
    int width = targets.length / samples;
    for (int i = 0; i < samples; i++) {
      points.add(new NumberFindings.Point(points.size(), targets[i * width], outputs[i * width]));
    }
  }
}
