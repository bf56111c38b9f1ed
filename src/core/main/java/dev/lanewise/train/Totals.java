package dev.lanewise.train;

import java.util.Map;

/** Sums of loss and accuracy over batches, weighted by their samples. */
final class Totals {
  private double loss;
  private double correct;
  private long samples;

  void add(double batchLoss, double batchAccuracy, long batchSamples) {
    loss += batchLoss * batchSamples;
    correct += batchAccuracy * batchSamples;
    samples += batchSamples;
  }

  Evaluation evaluation() {
    return new Evaluation(loss / samples, correct / samples, samples, null, null);
  }

  /** Exactly, as hexadecimal floating point. */
  void save(Map<String, String> state) {
    state.put("epoch.loss", Double.toHexString(loss));
    state.put("epoch.correct", Double.toHexString(correct));
    state.put("epoch.samples", Long.toString(samples));
  }

  static Totals restore(Map<String, String> state) {
    Totals totals = new Totals();
    totals.loss = Double.parseDouble(state.getOrDefault("epoch.loss", "0"));
    totals.correct = Double.parseDouble(state.getOrDefault("epoch.correct", "0"));
    totals.samples = Long.parseLong(state.getOrDefault("epoch.samples", "0"));
    return totals;
  }
}
