package dev.lanewise.bench.rivals;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;

/**
 * A library of the folder that the system property {@code rivals.natives} names.
 *
 * @param path of the file
 * @param symbols what is in it
 */
@SuppressWarnings("restricted")
record NativeLibrary(Path path, SymbolLookup symbols) {

  /** Loads {@code group/file}; it stays loaded. */
  static NativeLibrary open(Path file) {
    Path path = path(file);
    return new NativeLibrary(path, SymbolLookup.libraryLookup(path, Arena.global()));
  }

  private static Path path(Path file) {
    return Path.of(System.getProperty("rivals.natives"), "org", "bytedeco")
        .resolve(file.getName(0))
        .resolve("linux-x86_64")
        .resolve(file.getFileName());
  }

  /** A function of the library. */
  MethodHandle function(String name, FunctionDescriptor type) {
    return Linker.nativeLinker().downcallHandle(symbols.findOrThrow(name), type);
  }
}
