import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * Writes down what the natives jar holds, for the loader to check at run time: {@code
 * natives.sha256}, one line per shared library (its SHA-256 and its path in the jar), in the order
 * in which they have to be loaded.
 *
 * <p>Arguments: a class path with the jar in it, the folder of resources to write to.
 */
final class Natives {

  /** Later ones need earlier ones. */
  private static final List<String> ORDER =
      List.of("libgcc_s", "libquadmath", "libgfortran", "libopenblas");

  private Natives() {}

  public static void main(String[] args) throws IOException, NoSuchAlgorithmException {
    List<String> lines = new ArrayList<>();
    Path file =
        Arrays.stream(args[0].split(File.pathSeparator))
            .map(Path::of)
            .filter(p -> p.getFileName().toString().startsWith("openblas-"))
            .findFirst()
            .orElseThrow(() -> new IllegalArgumentException("no natives jar in " + args[0]));
    try (ZipFile jar = new ZipFile(file.toFile())) {
      List<? extends ZipEntry> libraries =
          jar.stream()
              .filter(entry -> !entry.isDirectory() && rank(entry) >= 0)
              .sorted(Comparator.comparingInt(Natives::rank))
              .toList();
      if (libraries.isEmpty() || rank(libraries.getLast()) != ORDER.size() - 1) {
        throw new IllegalArgumentException(file + " holds no libopenblas");
      }
      for (ZipEntry library : libraries) {
        lines.add(sha256(jar, library) + "  " + library.getName());
      }
    }
    Path folder = Path.of(args[1], "dev", "lanewise", "openblas");
    Files.createDirectories(folder);
    Files.write(folder.resolve("natives.sha256"), lines);
  }

  /** The place of a shared library in {@link #ORDER}; -1 for anything else. */
  private static int rank(ZipEntry entry) {
    String file = entry.getName().substring(entry.getName().lastIndexOf('/') + 1);
    for (int i = 0; i < ORDER.size(); i++) {
      if (file.startsWith(ORDER.get(i)) && file.matches(".*\\.(so|dylib|dll)[.0-9]*")) {
        return i;
      }
    }
    return -1;
  }

  private static String sha256(ZipFile jar, ZipEntry entry)
      throws IOException, NoSuchAlgorithmException {
    try (InputStream in = jar.getInputStream(entry)) {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(in.readAllBytes()));
    }
  }
}
