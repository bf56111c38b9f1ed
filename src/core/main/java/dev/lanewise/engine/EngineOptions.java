package dev.lanewise.engine;

/**
 * The settings of an {@link Engine}.
 *
 * @param threads worker threads including the caller, at least 1
 * @param mode what is promised about bits
 * @param kernels which kernels; an impossible choice fails at start-up
 */
public record EngineOptions(int threads, Mode mode, KernelChoice kernels) {

  /** The system property that sets the default number of threads. */
  public static final String THREADS_PROPERTY = "lanewise.threads";

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException if threads are below 1, or the kernels are OpenBLAS in strict
   *     mode
   */
  public EngineOptions {
    if (threads < 1) {
      throw new IllegalArgumentException(
          "threads: found " + threads + ", expected at least 1 (default: the number of cores).");
    }
    if (mode == Mode.STRICT && kernels == KernelChoice.OPENBLAS) {
      throw new IllegalArgumentException(
          "kernels openblas cannot be used in strict mode, because its bits depend on the machine:"
              + " choose mode fast, or kernels vector.");
    }
  }

  /** {@return all cores (or {@value #THREADS_PROPERTY}), strict mode, the best Java kernels} */
  public static EngineOptions defaults() {
    int cores = Runtime.getRuntime().availableProcessors();
    return new EngineOptions(
        Integer.getInteger(THREADS_PROPERTY, cores), Mode.STRICT, KernelChoice.AUTO);
  }

  /**
   * Sets the number of threads.
   *
   * @param n worker threads including the caller, at least 1
   * @return a changed copy
   * @throws IllegalArgumentException if {@code n} is below 1
   */
  public EngineOptions threads(int n) {
    return new EngineOptions(n, mode, kernels);
  }

  /**
   * Sets the mode.
   *
   * @param other what is promised about bits
   * @return a changed copy
   * @throws IllegalArgumentException if the kernels cannot be used in it
   */
  public EngineOptions mode(Mode other) {
    return new EngineOptions(threads, other, kernels);
  }

  /**
   * Sets the kernels.
   *
   * @param other which kernels
   * @return a changed copy
   * @throws IllegalArgumentException if the mode does not allow them
   */
  public EngineOptions kernels(KernelChoice other) {
    return new EngineOptions(threads, mode, other);
  }
}
