/** PNG and JPEG images as samples. */
@NullMarked
package dev.lanewise.cli.image;

import org.jspecify.annotations.NullMarked;
