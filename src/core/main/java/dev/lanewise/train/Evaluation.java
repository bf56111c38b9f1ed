package dev.lanewise.train;

/**
 * How good a model is on a data set.
 *
 * @param loss mean loss per sample
 * @param accuracy share of samples whose largest output is their class; NaN where there are no
 *     classes
 * @param samples how many samples
 */
public record Evaluation(double loss, double accuracy, long samples) {}
