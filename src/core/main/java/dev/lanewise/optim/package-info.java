/**
 * Optimizers, learning-rate schedules, regularizers and gradient clipping: one record per
 * algorithm, with PyTorch's names and defaults. They work on {@link
 * dev.lanewise.tensor.Parameters}, whoever computed the gradients.
 */
@NullMarked
package dev.lanewise.optim;

import org.jspecify.annotations.NullMarked;
