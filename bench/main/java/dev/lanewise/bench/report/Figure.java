package dev.lanewise.bench.report;

import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * One measured rate; more is better.
 *
 * @param group what is measured, such as {@code gemm}: one table and one plot
 * @param work how much of it, such as {@code 512 x 512 x 512}: one row
 * @param series by what, such as {@code vector}: one column
 * @param unit of the rate
 * @param median of the rounds
 * @param low the slowest round
 * @param high the fastest round
 * @param rounds every round, in order
 * @param also medians of other quantities, by name and unit
 * @param command that measures a round
 */
record Figure(
    String group,
    String work,
    String series,
    String unit,
    double median,
    double low,
    double high,
    List<Double> rounds,
    Map<String, Double> also,
    String command) {

  static Figure of(
      String group,
      String work,
      String series,
      String unit,
      List<Double> rounds,
      Map<String, Double> also,
      String command) {
    double[] sorted = rounds.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    return new Figure(
        group,
        work,
        series,
        unit,
        median(sorted),
        sorted[0],
        sorted[sorted.length - 1],
        rounds,
        also,
        command);
  }

  /** The median of values in any order. */
  static double median(double... values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  /** What identifies it in another run. */
  String name() {
    return group + ", " + work + ", " + series;
  }
}
