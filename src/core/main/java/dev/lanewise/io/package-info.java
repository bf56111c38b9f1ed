/**
 * File formats: safetensors, npy and npz, IDX and CSV; and checksums.
 *
 * <p>Readers are strict: what they do not understand they refuse with a {@link
 * dev.lanewise.io.FormatException} that names file, byte offset, what was found and what was
 * expected. They check a file's header before they allocate what it asks for. Writers are atomic:
 * whatever happens, the old file or the new one is there, whole. Failures of the disk itself are
 * {@link java.io.UncheckedIOException}s whose message names the file.
 */
@NullMarked
package dev.lanewise.io;

import org.jspecify.annotations.NullMarked;
