package dev.lanewise.cli.recipe;

import dev.lanewise.nn.Layer;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Window;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The settings of a layer, by their key and of the type that its {@link LayerKind} declares.
 *
 * @param values the settings
 * @param classes how many the data have
 */
record LayerSettings(Map<String, Object> values, long classes) {

  private Object value(String key) {
    return Objects.requireNonNull(values.get(key), key);
  }

  /** A size or a count. */
  long size(String key) {
    Object value = value(key);
    return value.equals(LayerKey.CLASSES) ? classes : (Long) value;
  }

  /** A share or another number. */
  double number(String key) {
    return (Double) value(key);
  }

  /** A flag. */
  boolean flag(String key) {
    return (Boolean) value(key);
  }

  /** Sizes of axes. */
  long[] sizes(String key) {
    return ((List<?>) value(key)).stream().mapToLong(size -> (Long) size).toArray();
  }

  /** A layer for samples of shape {@code in}. */
  Layer layer(String key, Shape in) {
    List<LayerSpec> one = List.of((LayerSpec) value(key));
    return LayerSpec.sequence(one, in, classes).layers().getFirst();
  }

  /** Layers. */
  List<LayerSpec> layers(String key) {
    return specs((List<?>) value(key));
  }

  /** Lists of layers. */
  List<List<LayerSpec>> branches(String key) {
    return ((List<?>) value(key)).stream().map(branch -> specs((List<?>) branch)).toList();
  }

  private static List<LayerSpec> specs(List<?> list) {
    return list.stream().map(LayerSpec.class::cast).toList();
  }

  /** The windows of a convolution: the settings kernel, stride, padding and dilation. */
  Window window() {
    return new Window(size("kernel"), size("stride"), size("padding"), size("dilation"));
  }

  /** The windows of a pooling: the settings kernel, stride (0 for that of the kernel), padding. */
  Window pool() {
    long stride = size("stride") == 0 ? size("kernel") : size("stride");
    return Window.of(size("kernel")).stride(stride).padding(size("padding"));
  }
}
