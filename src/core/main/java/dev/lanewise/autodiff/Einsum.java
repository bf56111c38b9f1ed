package dev.lanewise.autodiff;

import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.ShapeException;
import java.util.ArrayList;
import java.util.List;

/**
 * Einstein sums of two operands as one matrix product: axes that only one operand has and the
 * result lacks are summed first; the others are sorted into those of both and the result (batch),
 * of both only (contracted), and of one and the result (left, right), and merged.
 */
final class Einsum {
  private final String equation;
  private final String left;
  private final String right;
  private final String out;

  private Einsum(String equation) {
    this.equation = equation;
    String compact = equation.replace(" ", "");
    String[] sides = compact.split("->", -1);
    String[] operands = sides[0].split(",", -1);
    if (sides.length > 2 || operands.length != 2 || !compact.matches("[a-zA-Z,>-]*")) {
      throw bad("expected two operands of letters, as in ij,jk->ik");
    }
    left = operands[0];
    right = operands[1];
    out = sides.length == 2 ? sides[1] : implied(left + right);
    for (String side : List.of(left, right, out)) {
      if (side.chars().distinct().count() != side.length()) {
        throw bad("the same letter twice in " + side);
      }
    }
    for (int c = 0; c < out.length(); c++) {
      char letter = out.charAt(c);
      if (left.indexOf(letter) < 0 && right.indexOf(letter) < 0) {
        throw bad("the result has " + letter + ", which no operand has");
      }
    }
  }

  /** The letters that occur once, in alphabetical order, as in NumPy. */
  private static String implied(String letters) {
    StringBuilder once = new StringBuilder();
    letters
        .chars()
        .filter(c -> letters.indexOf(c) == letters.lastIndexOf(c))
        .sorted()
        .forEach(c -> once.append((char) c));
    return once.toString();
  }

  private IllegalArgumentException bad(String why) {
    return new IllegalArgumentException("einsum: \"" + equation + "\": " + why);
  }

  static Var of(String equation, Var a, Var b) {
    return new Einsum(equation).apply(a, b);
  }

  private Var apply(Var a, Var b) {
    check(left, a, b);
    check(right, b, a);
    for (int c = 0; c < left.length(); c++) {
      char letter = left.charAt(c);
      if (right.indexOf(letter) >= 0 && length(letter, left, a) != length(letter, right, b)) {
        throw new ShapeException(
            "einsum: \"%s\": %s differs in %s and %s"
                .formatted(equation, letter, a.shape(), b.shape()));
      }
    }
    String batch = common(common(left, right, true), out, true);
    String contracted = common(common(left, right, true), out, false);
    String ofLeft = common(common(left, right, false), out, true);
    String ofRight = common(common(right, left, false), out, true);
    Var x = matrices(a, left, batch, ofLeft, contracted);
    Var y = matrices(b, right, batch, contracted, ofRight);
    String letters = batch + ofLeft + ofRight;
    long[] dims = new long[letters.length()];
    for (int i = 0; i < dims.length; i++) {
      char letter = letters.charAt(i);
      dims[i] = left.indexOf(letter) >= 0 ? length(letter, left, a) : length(letter, right, b);
    }
    return permuted(x.matmul(y).reshape(Shape.of(dims)), letters, out);
  }

  private void check(String letters, Var v, Var other) {
    if (v.shape().rank() != letters.length()) {
      throw new ShapeException(
          "einsum: \"%s\" does not fit %s and %s".formatted(equation, v.shape(), other.shape()));
    }
  }

  private static long length(char letter, String letters, Var v) {
    return v.shape().dim(letters.indexOf(letter));
  }

  /** The letters of {@code a} that {@code b} has, or has not. */
  private static String common(String a, String b, boolean has) {
    StringBuilder found = new StringBuilder();
    a.chars().filter(c -> b.indexOf(c) >= 0 == has).forEach(c -> found.append((char) c));
    return found.toString();
  }

  /** {@code v} with axes {@code letters} as [batch, rows, columns], summed over all others. */
  private static Var matrices(Var v, String letters, String batch, String rows, String columns) {
    String kept = common(letters, batch + rows + columns, true);
    List<Integer> dropped = new ArrayList<>();
    for (int i = 0; i < letters.length(); i++) {
      if (kept.indexOf(letters.charAt(i)) < 0) {
        dropped.add(i);
      }
    }
    Var sum = v;
    if (!dropped.isEmpty()) {
      sum = v.sum(dropped.stream().mapToInt(Integer::intValue).toArray());
    }
    return permuted(sum, kept, batch + rows + columns)
        .reshape(
            Shape.of(size(batch, letters, v), size(rows, letters, v), size(columns, letters, v)));
  }

  private static long size(String some, String letters, Var v) {
    long size = 1;
    for (int c = 0; c < some.length(); c++) {
      char letter = some.charAt(c);
      size *= length(letter, letters, v);
    }
    return size;
  }

  private static Var permuted(Var v, String from, String to) {
    return from.equals(to) ? v : v.permute(to.chars().map(from::indexOf).toArray());
  }
}
