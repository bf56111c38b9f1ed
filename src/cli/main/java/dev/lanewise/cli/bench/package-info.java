/** Benchmarks of kernels and of whole training steps. */
@NullMarked
package dev.lanewise.cli.bench;

import org.jspecify.annotations.NullMarked;
