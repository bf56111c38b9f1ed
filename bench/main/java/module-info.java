/** Benchmarks of Lanewise, and the tables and plots of what they found. */
@SuppressWarnings("requires-automatic") // JMH and XChart have no module-info.
module dev.lanewise.bench {
  requires dev.lanewise;
  requires java.desktop;
  requires jmh.core;
  requires org.knowm.xchart;
  requires tools.jackson.databind;
  requires static org.jspecify;

  opens dev.lanewise.bench.report to
      tools.jackson.databind;
}
