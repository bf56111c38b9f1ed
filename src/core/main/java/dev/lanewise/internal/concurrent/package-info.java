/** The only thread pool of the library. */
@NullMarked
package dev.lanewise.internal.concurrent;

import org.jspecify.annotations.NullMarked;
