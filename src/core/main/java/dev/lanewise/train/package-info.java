/** Training: the loop, its listeners, metrics, early stopping and the guard against NaN. */
@NullMarked
package dev.lanewise.train;

import org.jspecify.annotations.NullMarked;
