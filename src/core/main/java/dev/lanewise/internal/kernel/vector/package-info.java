/** Kernels on the Vector API, bit-identical to their scalar twins at every vector width. */
@NullMarked
package dev.lanewise.internal.kernel.vector;

import org.jspecify.annotations.NullMarked;
