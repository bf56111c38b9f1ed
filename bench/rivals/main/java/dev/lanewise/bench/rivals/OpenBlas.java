package dev.lanewise.bench.rivals;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;

/** What OpenBLAS says about itself. */
final class OpenBlas {
  /** The one that JNIBLAS calls. */
  static final Path FILE = Path.of("openblas", "libopenblas.so.0");

  private static final int LONGEST = 256;

  private OpenBlas() {}

  /** Its version and the kernels that it has chosen for this processor. */
  static String description(SymbolLookup symbols) {
    // OpenBLAS 0.3.31 NO_AFFINITY ...
    String[] words = text(symbols, "openblas_get_config").split(" ", -1);
    return words[0] + " " + words[1] + " " + text(symbols, "openblas_get_corename");
  }

  @SuppressWarnings("restricted")
  private static String text(SymbolLookup symbols, String function) {
    try {
      MemorySegment text =
          (MemorySegment)
              Linker.nativeLinker()
                  .downcallHandle(
                      symbols.findOrThrow(function), FunctionDescriptor.of(ValueLayout.ADDRESS))
                  .invokeExact();
      return text.reinterpret(LONGEST).getString(0);
    } catch (Throwable e) {
      throw new IllegalStateException(function, e);
    }
  }
}
