/** How good predictions are: measures that take batch after batch and depend on no batch's size. */
@NullMarked
package dev.lanewise.metric;

import org.jspecify.annotations.NullMarked;
