/** Benchmarks of Lanewise and its rivals. */
@SuppressWarnings("requires-automatic") // JMH has no module-info.
module dev.lanewise.bench {
  requires dev.lanewise;
  requires jmh.core;
  requires static org.jspecify;
}
