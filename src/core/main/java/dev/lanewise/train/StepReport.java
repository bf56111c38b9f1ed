package dev.lanewise.train;

/**
 * One step, after the parameters have changed.
 *
 * @param step number of the step, from 0, over all epochs
 * @param epoch number of the epoch, from 0
 * @param batch number of the batch in the epoch, from 0
 * @param batches batches in an epoch
 * @param samples samples in this batch
 * @param loss mean loss of the batch, before the step
 * @param accuracy share of correct answers in the batch; NaN where there are no classes
 * @param learningRate the rate used
 * @param gradientNorm norm of the gradient before clipping: Euclidean, or of the type that is
 *     clipped
 */
public record StepReport(
    long step,
    int epoch,
    int batch,
    int batches,
    int samples,
    double loss,
    double accuracy,
    double learningRate,
    double gradientNorm) {}
