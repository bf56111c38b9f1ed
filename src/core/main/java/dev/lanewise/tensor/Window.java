package dev.lanewise.tensor;

/**
 * Windows that slide along an axis, as convolution and pooling use them: window i covers the
 * elements {@code i * stride - padding + j * dilation} for j below {@code kernel}; those outside of
 * the axis are padding.
 *
 * @param kernel elements in a window, at least 1
 * @param stride from one window to the next, at least 1
 * @param padding elements before and after the axis, at least 0
 * @param dilation from one element of a window to the next, at least 1
 */
public record Window(long kernel, long stride, long padding, long dilation) {

  /**
   * Checks the settings.
   *
   * @throws ShapeException if one is below its least value
   */
  public Window {
    if (kernel < 1 || stride < 1 || padding < 0 || dilation < 1) {
      throw new ShapeException(
          "window: kernel, stride and dilation must be at least 1 and padding at least 0, found "
              + "kernel %d, stride %d, padding %d, dilation %d"
                  .formatted(kernel, stride, padding, dilation));
    }
  }

  /**
   * Makes windows of neighbours, one at each element, without padding.
   *
   * @param kernel elements in a window, at least 1
   * @return windows of stride 1 and dilation 1
   * @throws ShapeException if {@code kernel} is below 1
   */
  public static Window of(long kernel) {
    return new Window(kernel, 1, 0, 1);
  }

  /**
   * Sets the stride.
   *
   * @param value from one window to the next, at least 1
   * @return changed windows
   * @throws ShapeException if {@code value} is below 1
   */
  public Window stride(long value) {
    return new Window(kernel, value, padding, dilation);
  }

  /**
   * Sets the padding.
   *
   * @param value elements before and after the axis, at least 0
   * @return changed windows
   * @throws ShapeException if {@code value} is negative
   */
  public Window padding(long value) {
    return new Window(kernel, stride, value, dilation);
  }

  /**
   * Sets the dilation.
   *
   * @param value from one element of a window to the next, at least 1
   * @return changed windows
   * @throws ShapeException if {@code value} is below 1
   */
  public Window dilation(long value) {
    return new Window(kernel, stride, padding, value);
  }

  /** {@return elements from the first to the last of a window, both included} */
  public long extent() {
    return dilation * (kernel - 1) + 1;
  }

  /**
   * Counts the windows on an axis: {@code (length + 2 padding - extent) / stride + 1}, rounded
   * down.
   *
   * @param length elements of the axis, without padding
   * @return how many fit, at least 1
   * @throws ShapeException if none does
   */
  public long count(long length) {
    long room = length + 2 * padding - extent();
    if (room < 0) {
      throw new ShapeException(
          "window: an axis of %d elements with padding %d is shorter than a window of %d"
              .formatted(length, padding, extent()));
    }
    return room / stride + 1;
  }

  /**
   * Finds the shortest axis for a number of windows, the inverse of {@link #count}.
   *
   * @param count how many windows
   * @return elements of the axis, without padding
   * @throws ShapeException if padding is all that they cover
   */
  public long length(long count) {
    long length = (count - 1) * stride + extent() - 2 * padding;
    if (length < 1) {
      throw new ShapeException(
          "window: %d windows of %d with stride %d cover nothing but padding %d"
              .formatted(count, extent(), stride, padding));
    }
    return length;
  }
}
