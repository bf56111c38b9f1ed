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

  /** A size or a count along an axis of images: 0 for h, 1 for w. */
  private long size(String key, int axis) {
    return value(key) instanceof List<?> pair ? (Long) pair.get(axis) : size(key);
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

  /** The windows of a convolution along an axis: kernel, stride, padding and dilation. */
  Window window(int axis) {
    return new Window(
        size("kernel", axis), size("stride", axis), size("padding", axis), size("dilation", axis));
  }

  /** The windows of a pooling along an axis: kernel, stride (0 for that of the kernel), padding. */
  Window pool(int axis) {
    long kernel = size("kernel", axis);
    long stride = size("stride", axis);
    return Window.of(kernel).stride(stride == 0 ? kernel : stride).padding(size("padding", axis));
  }
}
