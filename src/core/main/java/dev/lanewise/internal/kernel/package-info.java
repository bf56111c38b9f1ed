/**
 * Raw loops on memory: kernel families as contracts, each with a scalar and a vector twin. No
 * tensors, no threads.
 */
@NullMarked
package dev.lanewise.internal.kernel;

import org.jspecify.annotations.NullMarked;
