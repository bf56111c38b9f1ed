package dev.lanewise.train;

import org.jspecify.annotations.Nullable;

/**
 * One epoch.
 *
 * @param epoch number of the epoch, from 0
 * @param epochs how many are planned
 * @param step steps done so far
 * @param train loss and accuracy over the epoch, as they were when each batch was seen
 * @param validation loss and accuracy on the validation set after the epoch, if there is one
 * @param trainSeconds wall time of the training steps, without validation
 * @param samplesPerSecond training throughput of the steps that were timed
 */
public record EpochReport(
    int epoch,
    int epochs,
    long step,
    Evaluation train,
    @Nullable Evaluation validation,
    double trainSeconds,
    double samplesPerSecond) {}
