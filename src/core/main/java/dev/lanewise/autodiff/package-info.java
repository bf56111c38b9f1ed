/** Reverse-mode automatic differentiation: a tape of ops on variables. */
@NullMarked
package dev.lanewise.autodiff;

import org.jspecify.annotations.NullMarked;
