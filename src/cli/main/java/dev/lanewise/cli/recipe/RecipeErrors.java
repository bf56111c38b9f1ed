package dev.lanewise.cli.recipe;

import java.util.List;
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
    return new RecipeException(place + ": " + firstLine(e.getOriginalMessage()), e);
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
          "unknown type \"%s\"; known types: %s".formatted(type.getTypeId(), knownTypes(e));
      case InvalidTypeIdException _ -> "the key type is missing; known types: " + knownTypes(e);
      case MismatchedInputException mismatch when found != null ->
          "found %s, expected %s".formatted(shorten(found), expected(mismatch.getTargetType()));
      default -> {
        Throwable cause = e.getCause();
        yield firstLine(
            cause == null ? e.getOriginalMessage() : String.valueOf(cause.getMessage()));
      }
    };
  }

  /** Jackson lists them in its message only: {@code ... known type ids = [a, b] ...}. */
  private static String knownTypes(JacksonException e) {
    String message = e.getOriginalMessage();
    int start = message.indexOf("known type ids = [");
    int end = message.indexOf(']', start);
    return start < 0 || end < 0
        ? "see the README"
        : message.substring(message.indexOf('[', start) + 1, end);
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
      return "one of " + join(List.of(type.getEnumConstants())).toLowerCase(java.util.Locale.ROOT);
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

  private static String firstLine(String text) {
    return text.lines().map(String::strip).filter(line -> !line.isEmpty()).findFirst().orElse("");
  }
}
