package dev.lanewise.cli.run;

import dev.lanewise.io.FormatException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.MappingIterator;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.MissingNode;

/**
 * Records as JSON: keys in snake case and in the order of the record, numbers by {@code
 * Double.toString}, NaN and infinities as strings.
 */
public final class Json {
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
          .disable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER)
          .enable(EnumFeature.WRITE_ENUMS_TO_LOWERCASE)
          .build();

  private Json() {}

  /** On one line. */
  public static String line(Object value) {
    return MAPPER.writeValueAsString(value);
  }

  /** Indented, with a line break at the end. */
  public static String pretty(Object value) {
    return MAPPER.writer(SerializationFeature.INDENT_OUTPUT).writeValueAsString(value) + "\n";
  }

  /** The tree that {@code value} would be written as. */
  public static JsonNode tree(Object value) {
    return MAPPER.valueToTree(value);
  }

  /**
   * The tree of a text.
   *
   * @throws JacksonException if it is no JSON
   */
  static JsonNode tree(String text) {
    return MAPPER.readTree(text);
  }

  /**
   * The content of {@code file}; a missing node if there is no such file.
   *
   * @throws FormatException if it holds no JSON
   */
  public static JsonNode read(Path file) {
    if (!Files.isRegularFile(file)) {
      return MissingNode.getInstance();
    }
    try {
      return MAPPER.readTree(file);
    } catch (JacksonException e) {
      throw new FormatException(file.toString(), 0, e.getOriginalMessage(), "JSON");
    }
  }

  /**
   * The objects in {@code file}, a line each, up to a line that is cut off; none if there is no
   * such file.
   */
  public static List<JsonNode> lines(Path file) {
    if (!Files.exists(file)) {
      return List.of();
    }
    List<JsonNode> objects = new ArrayList<>();
    try (MappingIterator<JsonNode> lines = MAPPER.readerFor(JsonNode.class).readValues(file)) {
      while (lines.hasNextValue()) {
        objects.add(lines.nextValue());
      }
    } catch (StreamReadException _) {
      // a run that was killed leaves half a line at the end
    }
    return objects;
  }

  /** Whether the object in {@code file} says true under {@code key}. */
  static boolean isTrue(Path file, String key) {
    return read(file).path(key).asBoolean(false);
  }
}
