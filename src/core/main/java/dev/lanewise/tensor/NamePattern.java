package dev.lanewise.tensor;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Picks tensors by name: a {@code *} stands for any run of characters, dots included; all else for
 * itself. {@code *.bias} picks every bias, {@code 0.*} everything of the first layer.
 *
 * @param text the pattern
 */
public record NamePattern(String text) {

  /**
   * Says whether the pattern stands for a name.
   *
   * @param name a tensor's name
   * @return true if all of it matches
   */
  public boolean matches(String name) {
    return matches(0, name, 0);
  }

  private boolean matches(int at, String name, int from) {
    if (at == text.length()) {
      return from == name.length();
    }
    if (text.charAt(at) != '*') {
      return from < name.length()
          && name.charAt(from) == text.charAt(at)
          && matches(at + 1, name, from + 1);
    }
    for (int end = from; end <= name.length(); end++) {
      if (matches(at + 1, name, end)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Picks from names.
   *
   * @param names the names to choose from
   * @return those that match, in their order
   * @throws IllegalArgumentException if there are none
   */
  public List<String> pick(Collection<String> names) {
    List<String> picked = new ArrayList<>(names);
    picked.removeIf(name -> !matches(name));
    if (picked.isEmpty()) {
      throw new IllegalArgumentException(
          "no parameter matches \"%s\"; there are %s".formatted(text, names));
    }
    return picked;
  }
}
