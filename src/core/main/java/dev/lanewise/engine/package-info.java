/** What computes: threads, mode and kernels, chosen once and reported. */
@NullMarked
package dev.lanewise.engine;

import org.jspecify.annotations.NullMarked;
