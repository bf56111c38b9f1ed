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
   * {@return the user's cache: what {@value #VARIABLE} names, else {@code lanewise} in {@code
   * XDG_CACHE_HOME}, else {@code ~/.cache/lanewise}}
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
   * {@return the folder of a data set, which may not exist yet}
   *
   * @param name the data set's name
   */
  public Path folder(String name) {
    return root.resolve(name);
  }
}
