/** Other libraries doing the same work as {@code lanewise bench}, measured in the same way. */
@NullMarked
package dev.lanewise.bench.rivals;

import org.jspecify.annotations.NullMarked;
