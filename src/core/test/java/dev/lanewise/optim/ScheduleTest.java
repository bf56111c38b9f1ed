package dev.lanewise.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

final class ScheduleTest {

  private static void assertRates(Schedule schedule, double[] times, double... expected) {
    double[] actual = DoubleStream.of(times).map(t -> schedule.rate(0.1, t)).toArray();
    assertThat(actual).containsExactly(expected, within(1e-15));
  }

  private static void assertMomenta(Schedule schedule, double[] times, double... expected) {
    double[] actual = DoubleStream.of(times).map(t -> schedule.momentum(0.7, t)).toArray();
    assertThat(actual).containsExactly(expected, within(1e-15));
  }

  private static double[] at(double... times) {
    return times;
  }

  @Test
  void stepwise() {
    assertRates(Schedule.constant(), at(0, 1e9), 0.1, 0.1);
    assertRates(Schedule.step(3, 0.5), at(0, 2, 3, 6), 0.1, 0.1, 0.05, 0.025);
    assertRates(Schedule.multiStep(0.5, 7L, 2L), at(0, 1, 2, 6, 7), 0.1, 0.1, 0.05, 0.05, 0.025);
    assertRates(Schedule.exponential(0.5), at(0, 1, 2), 0.1, 0.05, 0.025);
  }

  @Test
  void lines() {
    assertRates(Schedule.linear(0.5, 1, 4), at(0, 2, 4, 9), 0.05, 0.075, 0.1, 0.1);
    assertRates(Schedule.polynomial(4, 2), at(0, 2, 4, 9), 0.1, 0.025, 0, 0);
  }

  @Test
  void cosines() {
    assertRates(Schedule.cosine(10, 0.02), at(0, 5, 10, 20), 0.1, 0.06, 0.02, 0.1);
    var restarts = Schedule.cosineRestarts(2, 3, 0);
    assertRates(restarts, at(0, 1, 2, 5, 8, 17), 0.1, 0.05, 0.1, 0.05, 0.1, 0.05);
    assertRates(Schedule.cosineRestarts(2, 1, 0), at(1e12, 1e12 + 1), 0.1, 0.05);
  }

  @Test
  void oneCycle() {
    var schedule = new Schedule.OneCycle(1, 11, 0.5, 10, 100, true, 0.8, 0.9);
    assertRates(schedule, at(0, 4.5, 10, 99), 0.1, 1, 1e-3, 1e-3);
    assertMomenta(schedule, at(0, 2.25, 4.5, 7.25, 10, 99), 0.9, 0.85, 0.8, 0.85, 0.9, 0.9);
    var still = new Schedule.OneCycle(1, 11, 0.5, 10, 100, false, 0.8, 0.9);
    assertMomenta(still, at(0, 4.5), 0.7, 0.7);
    var line =
        new Schedule.OneCycle(1, 11, 0.5, 10, 100, true, 0.8, 0.9, Schedule.OneCycle.Anneal.LINEAR);
    assertRates(line, at(0, 2.25, 4.5, 10, 99), 0.1, 0.55, 1, 1e-3, 1e-3);
    assertMomenta(line, at(0, 2.25, 4.5, 7.25), 0.9, 0.85, 0.8, 0.85);
    var up = new Schedule.OneCycle(1, 11, 1, 10, 100, true, 0.8, 0.9);
    assertRates(up, at(0, 10, 11), 0.1, 1, 1);
    var late = Schedule.warmup(4, 0.5).then(schedule.every(2));
    assertMomenta(late, at(3, 4, 13), 0.7, 0.9, 0.8);
  }

  @Test
  void oneAfterAnother() {
    var schedule = Schedule.warmup(4, 0.5).then(Schedule.cosine(10));
    assertRates(schedule, at(0, 2, 4, 9, 14), 0.05, 0.075, 0.1, 0.05, 0);
    assertRates(Schedule.warmup(0, 0.5).then(Schedule.cosine(10)), at(0, 5), 0.1, 0.05);
    var twice = Schedule.constant().then(2, Schedule.step(1, 0.1));
    assertRates(twice, at(1, 2, 3), 0.1, 0.1, 0.01);
  }

  @Test
  void unitsOfSeveralSteps() {
    assertRates(Schedule.cosine(10).every(100), at(0, 500, 1000), 0.1, 0.05, 0);
    assertRates(Schedule.step(1, 0.5).every(100), at(99, 100), 0.1, 0.05);
  }
}
