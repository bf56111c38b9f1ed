package dev.lanewise.cli.run;

import java.nio.file.Path;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.json.JsonMapper;

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

  /**
   * Reads a list of texts.
   *
   * @throws IllegalArgumentException if it is something else
   */
  static List<String> texts(String json) {
    try {
      return List.of(MAPPER.readValue(json, String[].class));
    } catch (JacksonException e) {
      throw new IllegalArgumentException("no list of texts: " + json, e);
    }
  }

  /** Whether the object in {@code file} says true under {@code key}. */
  static boolean isTrue(Path file, String key) {
    return MAPPER.readTree(file).path(key).asBoolean(false);
  }
}
