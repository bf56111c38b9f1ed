/** Benchmarks of Lanewise, and the tables and plots of what they found. */
@SuppressWarnings("requires-automatic") // JMH has no module-info.
module dev.lanewise.bench {
  requires dev.lanewise;
  requires dev.lanewise.cli;
  requires jdk.incubator.vector;
  requires jdk.jfr;
  requires jdk.management;
  requires jmh.core;
  requires tools.jackson.databind;
  requires static org.jspecify;

  opens dev.lanewise.bench.report to
      tools.jackson.databind;
}
