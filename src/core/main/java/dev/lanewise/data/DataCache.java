package dev.lanewise.data;

import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where downloaded data lie.
 *
 * @param root the folder that holds one folder for each data set
 */
public record DataCache(Path root) {
  /** The environment variable that names the root. */
  public static final String VARIABLE = "LANEWISE_DATA";

  /**
   * Returns the user's cache: what {@value #VARIABLE} names, else {@code lanewise} in {@code
   * XDG_CACHE_HOME}, else {@code ~/.cache/lanewise}.
   *
   * @return the cache
   */
  public static DataCache user() {
    return of(System.getenv(), System.getProperty("user.home", "."));
  }

  static DataCache of(Map<String, String> environment, String home) {
    String root = value(environment, VARIABLE);
    if (root != null) {
      return new DataCache(Path.of(root));
    }
    String caches = value(environment, "XDG_CACHE_HOME");
    // The XDG specification has relative paths ignored.
    boolean usable = caches != null && Path.of(caches).isAbsolute();
    return new DataCache((usable ? Path.of(caches) : Path.of(home, ".cache")).resolve("lanewise"));
  }

  private static @Nullable String value(Map<String, String> environment, String name) {
    String value = environment.get(name);
    return value == null || value.isBlank() ? null : value;
  }

  /**
   * Returns the folder of a data set.
   *
   * @param name the data set's name
   * @return its folder, which may not exist yet
   */
  public Path folder(String name) {
    return root.resolve(name);
  }
}
