/** The engine's implementation: kernels and the thread pool. */
@NullMarked
package dev.lanewise.internal.engine;

import org.jspecify.annotations.NullMarked;
