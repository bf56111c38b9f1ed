/** Holds a run against its record, or two records against each other, bit by bit. */
@NullMarked
package dev.lanewise.cli.verify;

import org.jspecify.annotations.NullMarked;
