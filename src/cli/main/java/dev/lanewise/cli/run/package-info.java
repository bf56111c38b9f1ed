/** A run and its folder: what is written while training and read back later. */
@NullMarked
package dev.lanewise.cli.run;

import org.jspecify.annotations.NullMarked;
