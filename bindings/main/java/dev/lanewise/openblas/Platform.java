package dev.lanewise.openblas;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * Operating system and processor, and where they keep things.
 *
 * @param os {@code linux}, {@code macosx}, {@code windows} or what the system calls itself
 * @param arch {@code x86_64}, {@code arm64} or what the system calls it
 */
record Platform(String os, String arch) {

  /** The one this process runs on. */
  static Platform current() {
    String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    String arch = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
    return new Platform(
        os.startsWith("mac") ? "macosx" : os.startsWith("windows") ? "windows" : os,
        switch (arch) {
          case "amd64", "x86_64" -> "x86_64";
          case "aarch64", "arm64" -> "arm64";
          default -> arch;
        });
  }

  /** Its name in the natives jars, such as {@code linux-x86_64}. */
  String name() {
    return os + "-" + arch;
  }

  /** Whether the bindings fit: jextract wrote them for systems whose C {@code long} has 64 bits. */
  boolean isBound() {
    return !os.equals("windows");
  }

  /** The places where package managers put OpenBLAS; builds with OpenMP come last. */
  List<Path> systemLibraries() {
    if (os.equals("macosx")) {
      return List.of(
          Path.of("/opt/homebrew/opt/openblas/lib/libopenblas.dylib"),
          Path.of("/usr/local/opt/openblas/lib/libopenblas.dylib"),
          Path.of("/opt/local/lib/libopenblas.dylib"));
    }
    String triple = (arch.equals("arm64") ? "aarch64" : arch) + "-linux-gnu";
    return List.of(
        Path.of("/usr/lib", triple, "openblas-pthread/libopenblas.so.0"),
        Path.of("/usr/lib", triple, "openblas-serial/libopenblas.so.0"),
        Path.of("/usr/lib64/libopenblasp.so.0"),
        Path.of("/usr/lib64/libopenblas.so.0"),
        Path.of("/usr/lib", triple, "libopenblas.so.0"),
        Path.of("/usr/lib/libopenblas.so.0"),
        Path.of("/usr/local/lib/libopenblas.so.0"));
  }

  /** The user's folder for files that can be made again. */
  Path cacheFolder() {
    String xdg = System.getenv("XDG_CACHE_HOME");
    if (xdg != null && Path.of(xdg).isAbsolute()) { // relative ones are to be ignored, says XDG
      return Path.of(xdg);
    }
    Path home = Path.of(System.getProperty("user.home")).toAbsolutePath();
    return os.equals("macosx") ? home.resolve("Library/Caches") : home.resolve(".cache");
  }
}
