package dev.lanewise.train;

import dev.lanewise.metric.Classification;
import dev.lanewise.metric.Regression;
import org.jspecify.annotations.Nullable;

/**
 * How good a model is on a data set.
 *
 * @param loss mean loss per sample
 * @param accuracy share of samples (of outputs, for a binary loss) that are classified rightly; NaN
 *     where there are no classes
 * @param samples how many samples
 * @param classes what else was measured of a classifier; null where there are no classes, and for
 *     the means over an epoch of training
 * @param numbers what was measured of estimated numbers; null where the outputs are none, and for
 *     the means over an epoch of training
 */
public record Evaluation(
    double loss,
    double accuracy,
    long samples,
    @Nullable Classification classes,
    @Nullable Regression numbers) {}
