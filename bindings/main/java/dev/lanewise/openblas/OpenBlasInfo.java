package dev.lanewise.openblas;

import dev.lanewise.engine.NativeLibraryException;
import dev.lanewise.openblas.cblas.CBlas;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a loaded OpenBLAS says of itself.
 *
 * @param version such as {@code 0.3.31}
 * @param core the kernels in use, named after a processor, such as {@code Cooperlake}
 * @param build how it was built, in its own words
 */
record OpenBlasInfo(String version, String core, String build) {

  private static final Pattern VERSION = Pattern.compile("OpenBLAS (\\d+\\.\\d+\\.\\d+)");

  /** {@code openblas_get_parallel}: 0 for none, 1 for its own threads. */
  private static final int OPENMP = 2;

  /**
   * Asks the library loaded from {@code path} and sets it to one thread.
   *
   * @throws NativeLibraryException when it cannot be used; in one line
   */
  static OpenBlasInfo check(Path path) {
    try {
      String config = string(CBlas.openblas_get_config());
      Matcher version = VERSION.matcher(config);
      if (!version.find()) {
        throw refused(path, "does not know its version (" + config.strip() + ")");
      }
      if (version.group(1).equals("0.3.30")) {
        throw refused(path, "is OpenBLAS 0.3.30, whose matrix product gives wrong results");
      }
      if (config.contains("USE64BITINT")) {
        throw refused(path, "is a build with 64-bit integers, the bindings are for 32-bit ones");
      }
      if (CBlas.openblas_get_parallel() == OPENMP) {
        throw refused(path, "is an OpenMP build, which cannot be held to one thread");
      }
      CBlas.openblas_set_num_threads(1);
      int threads = CBlas.openblas_get_num_threads();
      if (threads != 1) {
        throw refused(path, "keeps to " + threads + " threads instead of one");
      }
      return new OpenBlasInfo(
          version.group(1), string(CBlas.openblas_get_corename()), config.strip());
    } catch (LinkageError e) { // a binding has not found its function
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new NativeLibraryException(
          "%s is not an OpenBLAS library (%s)".formatted(path, cause.getMessage()), e);
    }
  }

  private static NativeLibraryException refused(Path path, String reason) {
    return new NativeLibraryException(
        "%s %s; set -D%s to another library or to none"
            .formatted(path, reason, OpenBlasLibrary.PROPERTY));
  }

  /** A C string; the generated pointer type is unbounded already. */
  private static String string(MemorySegment pointer) {
    return pointer.getString(0);
  }

  /**
   * For fingerprints: the build, the core, and the cache size that blocks are cut for if forced.
   */
  String configuration() {
    String cache = System.getenv("OPENBLAS_L2_SIZE");
    return build + ", core " + core + (cache == null ? "" : ", OPENBLAS_L2_SIZE=" + cache);
  }

  /** For people: version, core, threads. */
  String description() {
    return description(System.getenv("OPENBLAS_CORETYPE"));
  }

  /** The description when the environment says to use the kernels of {@code forced}. */
  String description(@Nullable String forced) {
    return "OpenBLAS %s, core %s%s, 1 thread"
        .formatted(
            version,
            core,
            forced == null || forced.isEmpty() ? "" : " (forced by OPENBLAS_CORETYPE)");
  }
}
