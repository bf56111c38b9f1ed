package dev.lanewise.cli.run;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.lanewise.engine.Mode;
import org.jspecify.annotations.Nullable;

/**
 * How a run ended: {@code summary.json}.
 *
 * @param recipe its name
 * @param testAccuracy share of right answers on the test set; null where there are no classes
 * @param testLoss mean loss on the test set
 * @param epochs epochs done or begun
 * @param steps steps done
 * @param interrupted whether the user ended it before its time
 * @param stoppedEarly whether early stopping ended it
 * @param seed of the run
 * @param mode what was promised about bits
 * @param kernels that computed
 * @param threads that computed
 * @param samplesPerS training throughput, the median over the epochs after the first
 * @param wallS seconds of training and validation
 * @param peakOffheapBytes most off-heap memory in use at a time
 * @param weightsSha256 over all parameters in the order of their names, little-endian
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Summary(
    String recipe,
    @Nullable Double testAccuracy,
    double testLoss,
    int epochs,
    long steps,
    boolean interrupted,
    boolean stoppedEarly,
    long seed,
    Mode mode,
    String kernels,
    int threads,
    double samplesPerS,
    double wallS,
    long peakOffheapBytes,
    String weightsSha256) {}
