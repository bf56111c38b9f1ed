/** Recipes: what to train on what, read strictly from YAML. */
@NullMarked
package dev.lanewise.cli.recipe;

import org.jspecify.annotations.NullMarked;
