package dev.lanewise.cli.run;

import java.util.List;

/**
 * How good models are that were trained on all folds of the samples but one, on that one.
 *
 * @param folds how many
 * @param mean of the scores
 * @param std standard deviation of the scores
 * @param scores of the folds: accuracy, or the coefficient of determination of numbers
 */
public record CrossValidation(int folds, double mean, double std, List<Double> scores) {

  /** Of these scores, at least one. */
  static CrossValidation of(List<Double> scores) {
    double mean = 0;
    for (double score : scores) {
      mean += score / scores.size();
    }
    double squares = 0;
    for (double score : scores) {
      squares += (score - mean) * (score - mean) / scores.size();
    }
    return new CrossValidation(scores.size(), mean, Math.sqrt(squares), List.copyOf(scores));
  }
}
