package dev.lanewise.train;

import dev.lanewise.tensor.LanewiseException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A training step produced NaN or infinity. The parameters are as they were before the step. */
public final class NonFiniteException extends LanewiseException {
  private static final long serialVersionUID = 1L;

  private final String where;
  private final long step;
  private final double learningRate;
  private final transient @Nullable Path bundle;

  /**
   * Says what is not finite, and what to do.
   *
   * @param where an op or a parameter's gradient
   * @param step number of the step
   * @param learningRate its learning rate
   * @param bundle the file from which {@link Trainer#replay} does the step again, or null
   */
  public NonFiniteException(String where, long step, double learningRate, @Nullable Path bundle) {
    super(
        ("Step %d: %s is not finite. The parameters are unchanged. Try a learning rate below %s,"
                + " gradient clipping, or look for bad values in the data.%s")
            .formatted(
                step,
                where,
                learningRate,
                bundle == null ? "" : " The step is kept in " + bundle + " for lanewise replay."));
    this.where = where;
    this.step = step;
    this.learningRate = learningRate;
    this.bundle = bundle;
  }

  NonFiniteException(String where, long step, double learningRate) {
    this(where, step, learningRate, null);
  }

  /** The same, of a step that is kept in {@code file}, if any. */
  NonFiniteException keptIn(@Nullable Path file) {
    var kept = new NonFiniteException(where, step, learningRate, file);
    kept.setStackTrace(getStackTrace());
    for (Throwable also : getSuppressed()) {
      kept.addSuppressed(also);
    }
    return kept;
  }

  /**
   * {@return the file from which {@link Trainer#replay} does the step again, if that was asked for}
   */
  public Optional<Path> bundle() {
    return Optional.ofNullable(bundle);
  }
}
