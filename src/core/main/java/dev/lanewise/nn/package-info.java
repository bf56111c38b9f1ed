/** Layers, losses and initializers: thin compositions of ops that name their parameters. */
@NullMarked
package dev.lanewise.nn;

import org.jspecify.annotations.NullMarked;
