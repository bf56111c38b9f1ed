package dev.lanewise.openblas;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A shared library that lies in the natives jar, as this module's build has seen it.
 *
 * @param sha256 of its bytes, in lower-case hexadecimal
 * @param resource where it lies in the jar
 */
record NativeFile(String sha256, String resource) {

  private static final String MANIFEST = "natives.sha256";

  /** Its name without folders. */
  String name() {
    return resource.substring(resource.lastIndexOf('/') + 1);
  }

  /**
   * The libraries of {@code platform} this module was built with, in loading order; may be empty.
   */
  static List<NativeFile> of(String platform) {
    List<NativeFile> files = new ArrayList<>();
    try (InputStream in = NativeFile.class.getResourceAsStream(MANIFEST)) {
      if (in == null) {
        return List.of();
      }
      var lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.US_ASCII));
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        String[] columns = line.split("  ", 2);
        NativeFile file = new NativeFile(columns[0], columns[1]);
        if (file.resource.startsWith("org/bytedeco/openblas/" + platform + "/")) {
          files.add(file);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return List.copyOf(files);
  }
}
