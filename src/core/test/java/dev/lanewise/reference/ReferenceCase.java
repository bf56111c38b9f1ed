package dev.lanewise.reference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lanewise.io.SafeTensors;
import dev.lanewise.tensor.Scope;
import dev.lanewise.tensor.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * One reference case: what to run, on what, and what must come out.
 *
 * @param file its file, without the ending
 * @param kind {@code op}, {@code layer}, {@code loss}, {@code optimizer} or {@code schedule}
 * @param name what to run
 * @param attrs its attributes
 * @param tensors all tensors by name
 * @param used the attributes that were asked for
 */
record ReferenceCase(
    String file,
    String kind,
    String name,
    JsonNode attrs,
    Map<String, Tensor> tensors,
    Set<String> used) {

  /** Attributes that say how it is done everywhere, with what they may say. */
  private static final Map<String, Set<String>> CONVENTIONS =
      Map.of(
          "layout", Set.of("NCHW", "batch,time,feature"),
          "gate_order", Set.of("h", "r,z,n", "i,f,g,o"),
          "outputs", Set.of("[\"y\",\"running_mean\",\"running_var\"]"),
          "input", Set.of("log_softmax(in.0)"),
          "target", Set.of("softmax(in.1)"),
          "targets", Set.of("class indices", "probabilities", "-1 or 1"),
          "p", Set.of("2", "2.0"));

  static ReferenceCase read(Path path, Scope scope) {
    try (var file = SafeTensors.open(path)) {
      Map<String, String> meta = file.metadata();
      return new ReferenceCase(
          path.getFileName().toString().replace(".safetensors", ""),
          meta.get("kind"),
          meta.get("name"),
          JsonMapper.shared().readTree(meta.get("attrs")),
          file.readAll(scope),
          new HashSet<>());
    }
  }

  /** Fails for an attribute that nothing has asked for: the case was not run as it says. */
  void requireAllUsed() {
    for (String attr : attrs.propertyNames()) {
      JsonNode value = attrs.get(attr);
      String text = value.isString() ? value.asString() : value.toString();
      assertThat(used.contains(attr) || CONVENTIONS.getOrDefault(attr, Set.of()).contains(text))
          .as("%s: attribute %s = %s, which nothing reads", file, attr, text)
          .isTrue();
    }
  }

  /** An attribute, or null. */
  @Nullable JsonNode attr(String attr) {
    used.add(attr);
    return attrs.get(attr);
  }

  boolean has(String attr) {
    return attr(attr) != null;
  }

  /** The tensors {@code prefix0, prefix1, ...}. */
  List<Tensor> numbered(String prefix) {
    List<Tensor> found = new ArrayList<>();
    for (Tensor t = tensors.get(prefix + 0); t != null; t = tensors.get(prefix + found.size())) {
      found.add(t);
    }
    return found;
  }

  Tensor tensor(String key) {
    return tensors.get(key);
  }

  double number(String attr) {
    return attr(attr).asDouble();
  }

  double number(String attr, double otherwise) {
    return has(attr) ? number(attr) : otherwise;
  }

  int integer(String attr) {
    return attr(attr).asInt();
  }

  boolean flag(String attr) {
    return flag(attr, false);
  }

  boolean flag(String attr, boolean otherwise) {
    return has(attr) ? attr(attr).asBoolean() : otherwise;
  }

  String text(String attr) {
    return attr(attr).asString();
  }

  long[] longs(String attr) {
    long[] values = new long[attr(attr).size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = attr(attr).get(i).asLong();
    }
    return values;
  }

  int[] ints(String attr) {
    long[] values = longs(attr);
    int[] result = new int[values.length];
    for (int i = 0; i < values.length; i++) {
      result[i] = Math.toIntExact(values[i]);
    }
    return result;
  }

  double first(String attr) {
    return attr(attr).get(0).asDouble();
  }

  double second(String attr) {
    return attr(attr).get(1).asDouble();
  }

  /** Every element of {@code actual} is within {@code rtol * |expected| + atol}. */
  void close(String what, Tensor actual, Tensor expected, double rtol, double atol) {
    assertThat(actual.size()).as("%s %s: elements", file, what).isEqualTo(expected.size());
    double[] a = actual.toDoubles();
    double[] e = expected.toDoubles();
    for (int i = 0; i < e.length; i++) {
      boolean same = Double.compare(a[i], e[i]) == 0;
      assertThat(same || Math.abs(a[i] - e[i]) <= rtol * Math.abs(e[i]) + atol)
          .as("%s %s[%d]: found %s, expected %s", file, what, i, a[i], e[i])
          .isTrue();
    }
  }
}
