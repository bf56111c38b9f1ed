/** Export of models to ONNX, the exchange format that other runtimes load. */
@NullMarked
package dev.lanewise.onnx;

import org.jspecify.annotations.NullMarked;
