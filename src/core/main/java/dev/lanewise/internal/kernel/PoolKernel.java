package dev.lanewise.internal.kernel;

/**
 * Maxima of windows of two by two that lie side by side. Addresses and strides are absolute and in
 * bytes; results are dense. Kernels are stateless and start no threads.
 *
 * <p>Output row r, column j sees the elements 2 j and 2 j + 1 of the image rows 2 r and 2 r + 1.
 */
public interface PoolKernel {

  /**
   * What lies where.
   *
   * @param planes images
   * @param rows of an output
   * @param columns of an output
   * @param plane from one image to the next
   * @param row from one row of an image to the next
   */
  record Grid(int planes, int rows, int columns, long plane, long row) {}

  /** y = the maxima of x; NaN wins. */
  void max(Grid grid, long x, long y);

  /**
   * The gradient g of the maxima y, spread over the images: elements that attain a maximum share
   * its gradient evenly, the others of the windows become 0.
   *
   * @param dx strided like x; elements of no window stay as they are
   */
  void maxGradient(Grid grid, long x, long y, long g, long dx);

  /**
   * As {@link #max} for one image whose channels lie side by side, as those of the results do.
   *
   * @param columns of the results
   * @param pixel bytes of the channels, whole {@link ConvolutionKernel#COLUMN_BYTES}
   * @param row from one row of the image to the next
   */
  void maxOfPixels(int rows, int columns, long pixel, long row, long x, long y);

  /** As {@link #maxGradient} for such an image. */
  void maxGradientOfPixels(int rows, int columns, long pixel, long row, long x, long g, long dx);
}
