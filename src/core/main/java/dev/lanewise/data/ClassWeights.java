package dev.lanewise.data;

import dev.lanewise.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Weights that make up for classes of different sizes: for losses, and for drawing samples. */
public final class ClassWeights {
  private ClassWeights() {}

  /**
   * Returns weights under which all classes count alike: samples / (classes * samples of the
   * class), scikit-learn's {@code class_weight="balanced"}. Each place of a sequence counts like a
   * sample.
   *
   * @param data the training set
   * @return one a class
   * @throws DataException if the targets are no classes, or a class has no samples
   */
  public static List<Double> balanced(DataSet data) {
    requireClasses(data);
    long[] counts = new long[data.classes()];
    for (int i = 0; i < data.size(); i++) {
      Tensor target = data.target(i);
      for (int label : target.reshape(target.size()).toInts()) {
        counts[label]++;
      }
    }
    double places = (double) data.size() * data.targetShape().size();
    List<Double> weights = new ArrayList<>();
    for (int c = 0; c < counts.length; c++) {
      if (counts[c] == 0) {
        throw new DataException(
            "class %s has no samples, so no weight balances it; give the weights as a list"
                .formatted(data.classNames().get(c)));
      }
      weights.add(places / ((double) counts.length * counts[c]));
    }
    return List.copyOf(weights);
  }

  /**
   * Returns the weight of each sample, that of its class, for {@link Batches#weighted}.
   *
   * @param data the samples, each of one class
   * @param weights one a class
   * @return one a sample
   * @throws DataException if the targets are no single classes, or there is another number of
   *     weights
   */
  public static double[] ofSamples(DataSet data, List<Double> weights) {
    requireClasses(data);
    if (data.targetShape().rank() > 0 || weights.size() != data.classes()) {
      throw new DataException(
          "found %d class weights for %s; expected one for each class that a sample can have"
              .formatted(weights.size(), data));
    }
    return IntStream.range(0, data.size())
        .mapToDouble(i -> weights.get(data.target(i).getInt()))
        .toArray();
  }

  private static void requireClasses(DataSet data) {
    if (!data.isClassification()) {
      throw new DataException("class weights need targets that are classes, not " + data);
    }
  }
}
