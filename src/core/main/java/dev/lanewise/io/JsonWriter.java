package dev.lanewise.io;

import java.util.Map;

/** Appends compact JSON to a string, escaping only what must be. */
final class JsonWriter {
  private final StringBuilder json = new StringBuilder();

  /** Appends JSON as it is. */
  JsonWriter raw(String text) {
    json.append(text);
    return this;
  }

  /** Appends integers in brackets. */
  JsonWriter numbers(long... values) {
    json.append('[');
    for (int i = 0; i < values.length; i++) {
      json.append(i == 0 ? "" : ",").append(values[i]);
    }
    json.append(']');
    return this;
  }

  /** Appends a string in quotes. */
  JsonWriter string(String text) {
    json.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> json.append("\\\"");
        case '\\' -> json.append("\\\\");
        case '\b' -> json.append("\\b");
        case '\f' -> json.append("\\f");
        case '\n' -> json.append("\\n");
        case '\r' -> json.append("\\r");
        case '\t' -> json.append("\\t");
        default -> {
          if (c < ' ') {
            json.append(String.format("\\u%04x", (int) c));
          } else {
            json.append(c);
          }
        }
      }
    }
    json.append('"');
    return this;
  }

  /** Appends an object whose values are strings, in the map's order. */
  JsonWriter strings(Map<String, String> members) {
    json.append('{');
    String comma = "";
    for (Map.Entry<String, String> member : members.entrySet()) {
      json.append(comma);
      comma = ",";
      string(member.getKey()).raw(":").string(member.getValue());
    }
    json.append('}');
    return this;
  }

  /** Returns what was appended. */
  @Override
  public String toString() {
    return json.toString();
  }
}
