/** The complete, obvious kernels: reference for every test and for every other implementation. */
@NullMarked
package dev.lanewise.internal.kernel.scalar;

import org.jspecify.annotations.NullMarked;
