package dev.lanewise.data;

/**
 * A random change of a sample that keeps its class, made anew each time the sample is seen: a pure
 * function of (seed, epoch, index of the sample, place in the list); of samples that are
 * {@linkplain Batches#weighted drawn}, the number of the draw counts as index. It works on
 * normalized samples; what comes in from outside of an image or a series is what 0 is normalized
 * to. Values out of range throw {@link IllegalArgumentException}.
 *
 * <p>Images are the last two axes of a sample, series the last one; other axes are channels and
 * change alike.
 */
public sealed interface Augmentation {

  /**
   * Moves an image by up to so many pixels along each axis.
   *
   * @param by pixels, at least 0
   */
  record Shift(int by) implements Augmentation {
    /** Checks the value. */
    public Shift {
      require(by >= 0, "shift", "by", by, "of at least 0");
    }
  }

  /**
   * Cuts out a part of an image and enlarges it to the size of the image, by linear interpolation.
   *
   * @param smallest the smallest share of height and width that is kept, above 0, at most 1
   */
  record Crop(double smallest) implements Augmentation {
    /** Checks the value. */
    public Crop {
      require(smallest > 0 && smallest <= 1, "crop", "smallest", smallest, "above 0, at most 1");
    }
  }

  /**
   * Exchanges left and right.
   *
   * @param p the probability, from 0 to 1
   */
  record Flip(double p) implements Augmentation {
    /** Checks the value. */
    public Flip {
      require(p >= 0 && p <= 1, "flip", "p", p, "from 0 to 1");
    }
  }

  /**
   * Turns an image around its centre, by linear interpolation.
   *
   * @param degrees by up to so many in either direction, from 0 to 180
   */
  record Rotate(double degrees) implements Augmentation {
    /** Checks the value. */
    public Rotate {
      require(degrees >= 0 && degrees <= 180, "rotate", "degrees", degrees, "from 0 to 180");
    }
  }

  /**
   * Blanks a square around a random pixel (DeVries and Taylor 2017, Improved Regularization of
   * Convolutional Neural Networks with Cutout).
   *
   * @param size side of the square in pixels, at least 1
   */
  record Cutout(int size) implements Augmentation {
    /** Checks the value. */
    public Cutout {
      require(size >= 1, "cutout", "size", size, "of at least 1");
    }
  }

  /**
   * Adds normal noise to every value, of series as of images.
   *
   * @param std its standard deviation, in units of normalized values, at least 0
   */
  record Noise(double std) implements Augmentation {
    /** Checks the value. */
    public Noise {
      require(std >= 0 && std < Double.POSITIVE_INFINITY, "noise", "std", std, "of at least 0");
    }
  }

  /**
   * Moves a series in time.
   *
   * @param by steps at most, at least 0
   */
  record TimeShift(int by) implements Augmentation {
    /** Checks the value. */
    public TimeShift {
      require(by >= 0, "time_shift", "by", by, "of at least 0");
    }
  }

  private static void require(
      boolean holds, String augmentation, String key, Object found, String expected) {
    if (!holds) {
      throw new IllegalArgumentException(
          "%s: %s: found %s, expected a number %s".formatted(augmentation, key, found, expected));
    }
  }
}
