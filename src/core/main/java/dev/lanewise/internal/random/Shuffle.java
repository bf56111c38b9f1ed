package dev.lanewise.internal.random;

/** Random orders. SPECIFICATION.md (shuffle-v1) fixes them. */
public final class Shuffle {

  private Shuffle() {}

  /**
   * A permutation of 0 .. {@code n} - 1, a pure function of its arguments (Fisher-Yates).
   *
   * @throws IllegalArgumentException if {@code n} is negative
   */
  public static int[] permutation(RandomKey key, int n) {
    if (n < 0) {
      throw new IllegalArgumentException("A permutation needs a size of at least 0, not " + n);
    }
    int[] order = new int[n];
    for (int i = 0; i < n; i++) {
      order[i] = i;
    }
    for (int i = n - 1; i > 0; i--) {
      int other = (int) key.below(i + 1L, i);
      int index = order[i];
      order[i] = order[other];
      order[other] = index;
    }
    return order;
  }
}
