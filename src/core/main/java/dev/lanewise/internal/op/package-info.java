/** The op tables: name, shape rule, forward and gradient of every op, side by side. */
@NullMarked
package dev.lanewise.internal.op;

import org.jspecify.annotations.NullMarked;
