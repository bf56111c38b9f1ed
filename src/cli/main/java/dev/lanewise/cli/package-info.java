/** The `lanewise` command: recipes, commands, output. */
@NullMarked
package dev.lanewise.cli;

import org.jspecify.annotations.NullMarked;
