package dev.lanewise.openblas;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lanewise.openblas.cblas.CBlas;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.AddressLayout;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

/** Every bound function and constant against {@code cblas.h} in the natives jar. */
@DisabledIfSystemProperty(named = OpenBlasLibrary.PROPERTY, matches = ".+")
class SignatureTest {

  private static String header = "";

  @BeforeAll
  static void loadLibraryAndHeader() throws IOException {
    OpenBlasLibrary.load(); // a descriptor comes with the address of its function
    String path = "org/bytedeco/openblas/%s/include/cblas.h".formatted(Platform.current().name());
    try (InputStream in = SignatureTest.class.getClassLoader().getResourceAsStream(path)) {
      assertThat(in).as(path).isNotNull();
      header =
          new String(in.readAllBytes(), StandardCharsets.UTF_8)
              .replaceAll("(?s)/\\*.*?\\*/", " ")
              .replaceAll("(?m)^\\s*#.*$", " ")
              .replaceAll("\\b(OPENBLAS_CONST|const)\\b", " ")
              .replaceAll("\\s+", " ");
    }
  }

  private static List<String> bound(String kind) throws IOException {
    return Files.readAllLines(Path.of("openblas.symbols")).stream()
        .filter(line -> line.startsWith("--include-" + kind + " "))
        .map(line -> line.substring(line.indexOf(' ') + 1).strip())
        .toList();
  }

  @TestFactory
  Stream<DynamicTest> functionsHaveTheHeadersSignature() throws IOException {
    return bound("function").stream()
        .map(name -> DynamicTest.dynamicTest(name, () -> checkFunction(name)));
  }

  private static void checkFunction(String name) throws ReflectiveOperationException {
    var descriptor = (FunctionDescriptor) CBlas.class.getMethod(name + "$descriptor").invoke(null);
    Matcher matcher =
        Pattern.compile("([\\w *]+?)\\b" + name + " ?\\(([^)]*)\\) ?;").matcher(header);
    assertThat(matcher.find()).as("cblas.h declares %s", name).isTrue();
    String result = matcher.group(1).strip();
    String found =
        descriptor.returnLayout().map(SignatureTest::type).orElse("void")
            + descriptor.argumentLayouts().stream()
                .map(SignatureTest::type)
                .collect(Collectors.joining(", ", "(", ")"));
    String arguments = matcher.group(2).strip();
    String expected =
        type(result)
            + (arguments.equals("void") ? Stream.<String>empty() : split(arguments))
                .map(SignatureTest::type)
                .collect(Collectors.joining(", ", "(", ")"));
    assertThat(found).isEqualTo(expected);
  }

  private static Stream<String> split(String arguments) {
    return Arrays.stream(arguments.split(",")).map(String::strip);
  }

  /** The machine type of a C declaration such as {@code blasint lda} or {@code float *A}. */
  private static String type(String declaration) {
    if (declaration.contains("*")) {
      return "pointer";
    }
    String word = declaration.split(" ", 2)[0];
    return switch (word) {
      case "enum", "int", "blasint" -> "int";
      case "CBLAS_INDEX", "size_t" -> "long";
      case "float", "double", "void" -> word;
      default -> throw new AssertionError("not known here: " + declaration);
    };
  }

  private static String type(MemoryLayout layout) {
    return switch (layout) {
      case AddressLayout pointer -> "pointer";
      case ValueLayout value -> value.carrier().getName();
      default -> throw new AssertionError("not a value: " + layout);
    };
  }

  @Test
  void constantsHaveTheHeadersValues() throws Exception {
    for (String name : bound("constant")) {
      Matcher matcher = Pattern.compile("\\b" + name + " ?= ?(\\d+)").matcher(header);
      assertThat(matcher.find()).as("cblas.h defines %s", name).isTrue();
      assertThat(CBlas.class.getMethod(name).invoke(null))
          .as(name)
          .isEqualTo(Integer.parseInt(matcher.group(1)));
    }
  }

  @Test
  void nothingElseIsBound() throws IOException {
    List<String> functions = bound("function");
    List<String> descriptors =
        Arrays.stream(CBlas.class.getDeclaredMethods())
            .map(method -> method.getName())
            .filter(name -> name.endsWith("$descriptor"))
            .map(name -> name.replace("$descriptor", ""))
            .toList();
    assertThat(descriptors).containsExactlyInAnyOrderElementsOf(functions);
  }
}
