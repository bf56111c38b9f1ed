package dev.lanewise.engine;

import dev.lanewise.internal.engine.CpuEngine;
import java.util.List;

/**
 * What computes: a set of kernels and a pool of threads. Most programs use {@link #shared()}
 * without knowing it.
 */
public sealed interface Engine extends AutoCloseable permits CpuEngine {

  /**
   * {@return the engine of {@link EngineOptions#defaults()}, started on first use and the same each
   * time}
   */
  static Engine shared() {
    return CpuEngine.shared();
  }

  /**
   * Starts an engine.
   *
   * @param options threads, mode and kernels
   * @return the engine, for the caller to close
   * @throws NativeLibraryException if the options ask for a library that cannot be loaded
   */
  static Engine of(EngineOptions options) {
    return new CpuEngine(options);
  }

  /** {@return the options it was started with} */
  EngineOptions options();

  /**
   * {@return the kernels in use: {@code scalar}, {@code vector}, {@code openblas} or {@code
   * vector+openblas}}
   */
  String kernels();

  /** {@return the vector width in bits; 0 for scalar kernels} */
  int vectorBits();

  /** {@return what was chosen and, for what was not, the cause: one line each} */
  List<String> report();

  /** {@return what the bits that it computes may depend on} */
  Fingerprint fingerprint();

  /**
   * Has the JVM compile the kernels that the first training step would wait for; a fraction of a
   * second, once; who calls while it is under way waits for it. {@code Trainer} does it. Where a
   * core is free, a thread of its own may do it while the data are read, as the command line does
   * (measured: the first epoch ends after 0.93 of the time).
   */
  void warmUp();

  /** Ends the worker threads. The shared engine ignores this. */
  @Override
  void close();
}
