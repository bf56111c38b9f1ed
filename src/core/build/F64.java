import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Writes the F64 twin of every F32 source that asks for one: {@code java F64.java SOURCES OUTPUT}.
 *
 * <p>A source asks by the line {@code // generates: F64}; its file name contains {@code F32}. The
 * twin is the same text with the names of the element type exchanged. What would silently be wrong
 * in double (an element size as a number, the bits of a float) is refused: write {@code
 * Float.BYTES}, name the constant, or write the F64 class by hand and drop the marker.
 */
final class F64 {

  private static final String MARKER = "// generates: F64\n";

  /** One token a match; what no branch names (white space, operators) is copied. */
  private static final Pattern TOKEN =
      Pattern.compile(
          """
          (?<comment>//[^\\n]*|(?s:/\\*.*?\\*/))
          |(?<string>\"""(?s:.*?)\"""|"(?:\\\\.|[^"\\\\])*"|'(?:\\\\.|[^'\\\\])+')
          |(?<name>[A-Za-z_$][\\w$]*)
          |(?<number>0[xX][\\w.]+(?:(?<=[pP])[+-]\\w+)?|\\.?\\d[\\w.]*(?:(?<=[eE])[+-]\\w+)?)
          """,
          Pattern.COMMENTS);

  /** Element sizes as numbers: a shift by 2, times 4, over 4. A leading 4 counts: 4 * stride. */
  private static final Pattern SIZE = Pattern.compile("(<<|>>) *2L?\\b(?!\\.)|[*/] *4L?\\b(?!\\.)");

  /** The bits of a float need another integer type in double. */
  private static final Pattern BITS =
      Pattern.compile(
          "float\\w*IntBits|intBitsToFloat|\\w*IntVector|reinterpretAsInts|\\w*loat16\\w*");

  private static final Pattern DECLARATION =
      Pattern.compile(
          "(?m)^(?=(?:(?:public|final|abstract|sealed|non-sealed|strictfp) )*"
              + "(?:class|interface|record|enum) )");

  private static final Map<String, String> TWINS =
      Map.of("F32", "F64", "f32", "f64", "Float", "Double", "float", "double", "FLOAT", "DOUBLE");

  private static final Pattern IN_NAME = Pattern.compile("F32|f32|Float|float|FLOAT");

  /** Whole words in prose, so that "floating point" stays. */
  private static final Pattern IN_PROSE =
      Pattern.compile("F32|f32|Float(?=Vector|\\b)|\\bfloat(?=s?\\b)|FLOAT(?=\\b|_)");

  private F64() {}

  public static void main(String[] args) throws IOException {
    Path sources = Path.of(args[0]);
    Path output = Path.of(args[1]);
    Files.createDirectories(output);
    Set<Path> written = new HashSet<>();
    for (Path source : javaFiles(sources)) {
      String text = Files.readString(source);
      if (!text.contains(MARKER)) {
        continue;
      }
      Path twin = sources.relativize(source).resolveSibling(twin(source));
      if (Files.exists(sources.resolve(twin))) {
        throw new IllegalStateException(
            source + ": has a hand-written twin and the line " + MARKER.strip());
      }
      writeIfChanged(output.resolve(twin), generate(source, text));
      written.add(output.resolve(twin));
    }
    for (Path old : javaFiles(output)) {
      if (!written.contains(old)) {
        Files.delete(old);
      }
    }
  }

  private static String twin(Path source) {
    String name = source.getFileName().toString();
    if (!name.contains("F32")) {
      throw new IllegalStateException(source + ": no F32 in the name of the file");
    }
    return name.replace("F32", "F64");
  }

  private static String generate(Path source, String text) {
    String body = TOKEN.matcher(text.replace(MARKER, "")).replaceAll(F64::token);
    refuse(source, SIZE, text);
    refuse(source, BITS, text);
    // A conversion to float that F32 needs may be redundant in F64.
    String twin = DECLARATION.matcher(body).replaceFirst("@SuppressWarnings(\"cast\")\n");
    return "// Generated from " + source.getFileName() + ". Edit that file.\n" + twin;
  }

  private static String token(MatchResult token) {
    String text = token.group();
    String twin;
    if (token.group("name") != null) {
      twin = exchange(IN_NAME, text);
    } else if (token.group("number") != null) {
      twin = number(text);
    } else {
      twin = exchange(IN_PROSE, text);
    }
    return Matcher.quoteReplacement(twin);
  }

  private static String exchange(Pattern words, String text) {
    return words.matcher(text).replaceAll(word -> TWINS.get(word.group()));
  }

  /** 1.5f to 1.5, 1f to 1.0, 0x1p-3f to 0x1p-3; 0x7f and other integers stay. */
  private static String number(String text) {
    boolean hex = text.startsWith("0x") || text.startsWith("0X");
    boolean isFloat = text.matches("(?i).*f") && (!hex || text.matches("(?i).*p.*"));
    if (!isFloat) {
      return text;
    }
    String value = text.substring(0, text.length() - 1);
    return value.matches("[\\d_]+") ? value + ".0" : value;
  }

  /** Stops the build at the first match outside comments and strings. */
  private static void refuse(Path source, Pattern unknown, String text) {
    String code =
        TOKEN
            .matcher(text)
            .replaceAll(
                token ->
                    token.group("comment") == null && token.group("string") == null
                        ? Matcher.quoteReplacement(token.group())
                        : "\n".repeat((int) token.group().chars().filter(c -> c == '\n').count()));
    var match = unknown.matcher(code);
    if (match.find()) {
      long line = code.substring(0, match.start()).lines().count();
      throw new IllegalStateException(
          "%s:%d: cannot generate F64 from \"%s\": use Float.BYTES or a named constant"
              .formatted(source, line, match.group()));
    }
  }

  private static void writeIfChanged(Path file, String text) throws IOException {
    if (!Files.exists(file) || !Files.readString(file).equals(text)) {
      Files.createDirectories(file.getParent());
      Files.writeString(file, text);
    }
  }

  private static List<Path> javaFiles(Path root) throws IOException {
    try (var files = Files.walk(root)) {
      return files.filter(file -> file.toString().endsWith(".java")).sorted().toList();
    }
  }
}
