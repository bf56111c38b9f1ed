/**
 * Counter-based random numbers: every draw is a pure function of a key and an element index, so
 * that masks, initial values and orders are the same for any number of threads, any vector width,
 * on recomputation and after a resume. Knows nothing of the other packages.
 *
 * <p>SPECIFICATION.md, in the root of the sources, fixes every bit (rng-v1, shuffle-v1). Different
 * kinds of draw from one key share their bits, so a key serves one purpose; fold a name or a number
 * into it to obtain another. The block function being a bijection for a given key, different seeds
 * have different keys, and so have different numbers folded into one key.
 */
@NullMarked
package dev.lanewise.internal.random;

import org.jspecify.annotations.NullMarked;
