package dev.lanewise.cli.run;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.lanewise.engine.Mode;
import org.jspecify.annotations.Nullable;

/**
 * How a run ended: {@code summary.json}.
 *
 * @param recipe its name
 * @param measures of the test set
 * @param testLoss mean loss on the test set
 * @param crossValidation accuracy over folds of all samples; null if the recipe wants none
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
 * @param peakOffheapBytes most off-heap memory that the program had in use at a time
 * @param weightsSha256 over all parameters in the order of their names, little-endian
 */
public record Summary(
    String recipe,
    @JsonUnwrapped TestMeasures measures,
    double testLoss,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable CrossValidation crossValidation,
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
