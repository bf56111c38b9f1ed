package dev.lanewise.autodiff;

import dev.lanewise.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/** Finds where on a tape NaN or infinity came from. */
final class NonFinite {
  private NonFinite() {}

  /**
   * Describes the first value that is not finite, or else the first such gradient.
   *
   * @param nodes what was computed, in order
   * @param leaves the parameters
   */
  static String first(List<Var> nodes, SortedMap<String, Var> leaves) {
    for (Var node : nodes) {
      if (!isFinite(node.tensor)) {
        return describe(node, leaves);
      }
    }
    for (Map.Entry<String, Var> leaf : leaves.entrySet()) {
      Var gradient = leaf.getValue().gradient;
      if (gradient != null && !isFinite(gradient.tensor)) {
        return "the gradient of " + leaf.getKey();
      }
    }
    return "the gradient norm";
  }

  private static String describe(Var node, SortedMap<String, Var> leaves) {
    if (node.op == null) {
      List<String> name = names(leaves, node);
      return name.isEmpty() ? "a variable" : "the parameter " + name.getFirst();
    }
    List<String> names = names(leaves, node.in);
    String op = node.op.name() + " " + node.shape();
    boolean given = Arrays.stream(node.in).anyMatch(in -> in.op == null && !isFinite(in.tensor));
    return (given ? "an input of " : "the result of ")
        + (names.isEmpty() ? op : op + " with " + String.join(", ", names));
  }

  /** The names of those variables that are parameters. */
  private static List<String> names(SortedMap<String, Var> leaves, Var... variables) {
    List<Var> wanted = List.of(variables);
    return leaves.entrySet().stream()
        .filter(leaf -> wanted.contains(leaf.getValue()))
        .map(Map.Entry::getKey)
        .toList();
  }

  private static boolean isFinite(Tensor t) {
    for (double value : t.toDoubles()) {
      if (!Double.isFinite(value)) {
        return false;
      }
    }
    return true;
  }
}
