package dev.lanewise.openblas;

import dev.lanewise.engine.NativeLibraryException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Finds OpenBLAS and loads it into this process, once.
 *
 * <p>In this order: what {@code -Dlanewise.openblas} says, the natives on the class path, the
 * system's library. Always a file named by its absolute path: never a bare name, which the working
 * directory or {@code LD_LIBRARY_PATH} could redirect.
 */
final class OpenBlasLibrary {

  /** An absolute path to a library, or {@code system}, or {@code none}. */
  static final String PROPERTY = "lanewise.openblas";

  /** The folder in which the folder of unpacked natives lies; by default the user's cache. */
  static final String UNPACK_PROPERTY = "lanewise.openblas.unpack";

  private static @Nullable OpenBlasInfo loaded;

  private OpenBlasLibrary() {}

  /**
   * Loads OpenBLAS, single-threaded, and checks that it is fit for use. Once it is loaded, further
   * calls give the same answer.
   *
   * @throws NativeLibraryException when there is none, or none that can be used; in one line
   */
  @SuppressWarnings("StaticAssignmentOfThrowable") // loading is tried once; each caller learns why
  static synchronized OpenBlasInfo load() {
    if (loaded == null) {
      loaded = load(Optional.ofNullable(System.getProperty(PROPERTY)), Platform.current());
    }
    return loaded;
  }

  private static OpenBlasInfo load(Optional<String> wanted, Platform platform) {
    if (wanted.isPresent() && wanted.get().equals("none")) {
      throw new NativeLibraryException("switched off by -D%s=none".formatted(PROPERTY));
    }
    if (!platform.isBound()) {
      throw new NativeLibraryException("there are no bindings for " + platform.name());
    }
    List<Path> libraries = find(wanted, platform);
    // read once, while the library starts: later calls change the count, but not the threads
    // started
    LibC.setenv("OPENBLAS_NUM_THREADS", "1");
    libraries.forEach(OpenBlasLibrary::link);
    Path openBlas = libraries.getLast();
    try {
      return OpenBlasInfo.check(openBlas);
    } finally {
      requireSubnormals(openBlas); // its functions have been called by now, too
    }
  }

  /** The library and before it what it depends on, as files. */
  private static List<Path> find(Optional<String> wanted, Platform platform) {
    if (wanted.isEmpty()) {
      List<NativeFile> natives = NativeFile.of(platform.name());
      ClassLoader jars = OpenBlasLibrary.class.getClassLoader();
      if (!natives.isEmpty() && jars.getResource(natives.getLast().resource()) != null) {
        return folder(natives, platform).unpack(natives, jars);
      }
    } else if (!wanted.get().equals("system")) {
      return List.of(named(wanted.get()));
    }
    return List.of(system(platform, wanted.isPresent()));
  }

  private static NativeFolder folder(List<NativeFile> natives, Platform platform) {
    String chosen = System.getProperty(UNPACK_PROPERTY);
    Path parent =
        chosen == null
            ? platform.cacheFolder().resolve("lanewise")
            : Path.of(chosen).toAbsolutePath().normalize();
    String version = natives.getLast().sha256().substring(0, 16);
    return NativeFolder.open(parent, "openblas-" + platform.name() + "-" + version);
  }

  private static Path named(String path) {
    Path library = Path.of(path);
    if (!library.isAbsolute()) {
      throw new NativeLibraryException(
          "-D%s=%s is not an absolute path, nor system or none".formatted(PROPERTY, path));
    }
    if (!Files.isRegularFile(library)) {
      throw new NativeLibraryException("-D%s=%s is not a file".formatted(PROPERTY, path));
    }
    return library;
  }

  private static Path system(Platform platform, boolean wanted) {
    List<Path> places = platform.systemLibraries();
    return places.stream()
        .filter(Files::isRegularFile)
        .findFirst()
        .orElseThrow(
            () ->
                new NativeLibraryException(
                    "%sthe system has none (looked for %s); set -D%s to a library file"
                        .formatted(
                            wanted
                                ? ""
                                : "no natives for " + platform.name() + " on the class path, and ",
                            places.stream().map(Path::toString).collect(Collectors.joining(", ")),
                            PROPERTY)));
  }

  @SuppressWarnings("restricted") // this is what the module is there for
  private static void link(Path library) {
    try {
      System.load(library.toString());
    } catch (UnsatisfiedLinkError e) {
      String message = String.valueOf(e.getMessage()); // the path, several times, and the reason
      throw new NativeLibraryException(
          "cannot load %s (%s); if its folder is mounted noexec set -D%s=FOLDER, else -D%s=none"
              .formatted(
                  library,
                  message.substring(message.lastIndexOf(": ") + 1).strip(),
                  UNPACK_PROPERTY,
                  PROPERTY),
          e);
    }
  }

  /**
   * Refuses a library that has switched this thread to flushing subnormal numbers, as some do that
   * are built with {@code -ffast-math}; the thread computes as before again.
   */
  private static void requireSubnormals(Path library) {
    if (halfOfSmallestNormal() == 0) {
      LibC.resetFloatingPoint();
      throw new NativeLibraryException(
          "with %s loaded, subnormal numbers are rounded to 0; set -D%s to another or to none"
              .formatted(library, PROPERTY));
    }
  }

  /** Not 0, unless subnormal numbers are flushed; computed anew at each call. */
  private static float halfOfSmallestNormal() {
    return Float.parseFloat("0x1p-126f") * Float.parseFloat("0.5");
  }
}
