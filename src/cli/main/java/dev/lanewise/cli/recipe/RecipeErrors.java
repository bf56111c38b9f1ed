package dev.lanewise.cli.recipe;

import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.exc.InvalidTypeIdException;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;

/** Says in one line, in the words of recipes, why one cannot be read. */
final class RecipeErrors {
  private RecipeErrors() {}

  /** A text that is no YAML. */
  static RecipeException malformed(String name, JacksonException e) {
    TokenStreamLocation at = e.getLocation();
    String place =
        at == null || at.getLineNr() < 1
            ? name
            : "%s, line %d, column %d".formatted(name, at.getLineNr(), at.getColumnNr());
    return new RecipeException(place + ": " + problem(e.getOriginalMessage()), e);
  }

  /** A tree that is no recipe. */
  static RecipeException misfit(String name, JsonNode tree, JacksonException e) {
    String path =
        e.getPath().stream()
            .map(r -> r.getPropertyName() == null ? "" + r.getIndex() : r.getPropertyName())
            .collect(Collectors.joining("."));
    String where = name + ": " + (path.isEmpty() ? "" : path + ": ");
    return new RecipeException(where + reason(at(tree, e.getPath()), e), e);
  }

  private static String reason(@Nullable JsonNode found, JacksonException e) {
    return switch (e) {
      case UnrecognizedPropertyException unknown ->
          "unknown key; known keys: " + join(unknown.getKnownPropertyIds());
      case InvalidTypeIdException type when type.getTypeId() != null ->
          "unknown type \"%s\"; known types: %s".formatted(type.getTypeId(), knownTypes(type));
      case InvalidTypeIdException type ->
          "the key type is missing; known types: " + knownTypes(type);
      case MismatchedInputException mismatch when found != null ->
          "found %s, expected %s".formatted(shorten(found), expected(mismatch.getTargetType()));
      default -> {
        Throwable cause = e.getCause();
        yield firstLine(
            cause == null ? e.getOriginalMessage() : String.valueOf(cause.getMessage()));
      }
    };
  }

  private static String knownTypes(InvalidTypeIdException e) {
    return String.join(", ", RecipeFormat.types(e.getBaseType().getRawClass()));
  }

  private static String join(Iterable<?> names) {
    TreeSet<String> sorted = new TreeSet<>();
    names.forEach(name -> sorted.add(name.toString()));
    return String.join(", ", sorted);
  }

  private static @Nullable JsonNode at(JsonNode tree, List<JacksonException.Reference> path) {
    JsonNode node = tree;
    for (JacksonException.Reference step : path) {
      if (node == null) {
        return null;
      }
      String key = step.getPropertyName();
      node = key == null ? node.get(step.getIndex()) : node.get(key);
    }
    return node;
  }

  private static String expected(@Nullable Class<?> type) {
    if (type == null) {
      return "something else";
    }
    if (type.isEnum()) {
      return "one of " + join(List.of(type.getEnumConstants())).toLowerCase(Locale.ROOT);
    }
    return switch (type.getSimpleName()) {
      case "int", "Integer", "long", "Long" -> "a whole number";
      case "double", "Double" -> "a number";
      case "boolean", "Boolean" -> "true or false";
      case "String" -> "a text";
      case "List", "ArrayList" -> "a list";
      default -> "a mapping of keys to values";
    };
  }

  private static String shorten(JsonNode found) {
    String text = found.toString();
    return text.length() <= 60 ? text : text.substring(0, 57) + "...";
  }

  /** The parser indents what it quotes; the other lines say what it was doing and what is wrong. */
  private static String problem(String text) {
    return text.lines()
        .filter(line -> !line.isBlank() && !line.startsWith(" "))
        .map(String::strip)
        .collect(Collectors.joining(", "));
  }

  private static String firstLine(String text) {
    return text.lines().map(String::strip).filter(line -> !line.isEmpty()).findFirst().orElse("");
  }
}
