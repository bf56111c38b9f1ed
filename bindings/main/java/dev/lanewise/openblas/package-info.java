/** Loads OpenBLAS and offers its matrix product to the core. */
@NullMarked
package dev.lanewise.openblas;

import org.jspecify.annotations.NullMarked;
