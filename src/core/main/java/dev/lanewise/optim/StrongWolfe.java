package dev.lanewise.optim;

/**
 * A line search for the strong Wolfe conditions (Nocedal, Wright, Numerical Optimization, 2nd
 * edition, algorithms 3.5 and 3.6, with cubic interpolation), with the constants and safeguards of
 * PyTorch's L-BFGS. Given the same values it makes the same choices.
 */
final class StrongWolfe {
  private static final double DECREASE = 1e-4;
  private static final double CURVATURE = 0.9;
  private static final int MAX_STEPS = 25;

  /** A function of one variable. */
  @FunctionalInterface
  interface Line {
    /** Its value and slope at {@code t}. */
    Point at(double t);
  }

  /** Value and slope at {@code t}. */
  record Point(double t, double value, double slope) {}

  private final Line line;
  private final Point start;
  private final double narrowest;
  private int steps;

  /**
   * A search on {@code line}.
   *
   * @param start at 0, with a negative slope
   * @param narrowest width of the bracket at which it ends
   */
  StrongWolfe(Line line, Point start, double narrowest) {
    this.line = line;
    this.start = start;
    this.narrowest = narrowest;
  }

  /** The point to go to, found by trying {@code first} and then others. */
  Point search(double first) {
    Point previous = start;
    Point current = line.at(first);
    for (; steps < MAX_STEPS; steps++) {
      if (isTooHigh(current) || steps > 1 && current.value >= previous.value) {
        return narrow(previous, current);
      }
      if (isFlat(current)) {
        return current;
      }
      if (current.slope >= 0) {
        return narrow(previous, current);
      }
      double least = current.t + 0.01 * (current.t - previous.t);
      double next = minimum(previous, current, least, 10 * current.t);
      previous = current;
      current = line.at(next);
    }
    return start.value <= current.value ? start : current;
  }

  private boolean isTooHigh(Point p) {
    return p.value > start.value + DECREASE * p.t * start.slope;
  }

  private boolean isFlat(Point p) {
    return Math.abs(p.slope) <= -CURVATURE * start.slope;
  }

  /** Closes in on a point between {@code a} and {@code b}. */
  private Point narrow(Point a, Point b) {
    Point low = a.value <= b.value ? a : b;
    Point high = low == a ? b : a;
    boolean stuck = false;
    for (; steps < MAX_STEPS && Math.abs(high.t - low.t) >= narrowest; steps++) {
      double left = Math.min(low.t, high.t);
      double right = Math.max(low.t, high.t);
      double t = minimum(low, high, left, right);
      double margin = 0.1 * (right - left);
      boolean nearEnd = Math.min(right - t, t - left) < margin;
      if (nearEnd && (stuck || t >= right || t <= left)) {
        // twice near an end: no progress is made there
        t = Math.abs(t - right) < Math.abs(t - left) ? right - margin : left + margin;
        stuck = false;
      } else {
        stuck = nearEnd;
      }
      Point p = line.at(t);
      if (isTooHigh(p) || p.value >= low.value) {
        high = p;
        if (high.value < low.value) {
          high = low;
          low = p;
        }
      } else {
        if (isFlat(p)) {
          return p;
        }
        if (p.slope * (high.t - low.t) >= 0) {
          high = low;
        }
        low = p;
      }
    }
    return low;
  }

  /** The minimum between {@code least} and {@code most} of the cubic through two points. */
  private static double minimum(Point a, Point b, double least, double most) {
    Point left = a.t <= b.t ? a : b;
    Point right = left == a ? b : a;
    double d1 = left.slope + right.slope - 3 * (left.value - right.value) / (left.t - right.t);
    double square = d1 * d1 - left.slope * right.slope;
    if (!(square >= 0)) {
      return (least + most) / 2;
    }
    double d2 = Math.sqrt(square);
    double share = (right.slope + d2 - d1) / (right.slope - left.slope + 2 * d2);
    return Math.min(Math.max(right.t - (right.t - left.t) * share, least), most);
  }
}
