package dev.lanewise.internal.kernel;

import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The arithmetic of one lane, as a tree: what an elementwise op, the inside of a reduction or an
 * optimizer update does to one element. It is written once and serves every use: {@link
 * LoopCompiler} turns it into scalar and Vector API loops of either precision, {@link #evaluate}
 * interprets it (the oracle of the tests), {@link #derivative} differentiates it, and chains fuse
 * by composing trees.
 *
 * <p>Every node is exactly specified by IEEE 754 and the Java language, so all of these agree bit
 * for bit. A node that is used twice (the same object) is computed once. Trees are equal when they
 * say the same, so that equal trees share one compiled loop.
 */
public final class Expr {

  /** What a node does. Comparisons take (a, b, then, otherwise); a NaN compares false. */
  public enum Kind {
    INPUT(0),
    PARAM(0),
    CONSTANT(0),
    CALL(-1),
    NEG(1),
    ABS(1),
    SQRT(1),
    /** 2^k for integral k in [-126, 127] ([-1022, 1023]); 0 one below, infinity one above. */
    POW2(1),
    /** floor(log2 x) of a positive normal x. */
    EXPONENT(1),
    /** x / 2^floor(log2 x) of a positive normal x: in [1, 2). */
    MANTISSA(1),
    ADD(2),
    SUB(2),
    MUL(2),
    DIV(2),
    /** As {@link Math#min(float, float)}: NaN wins, -0.0 &lt; 0.0. */
    MIN(2),
    /** As {@link Math#max(float, float)}: NaN wins, -0.0 &lt; 0.0. */
    MAX(2),
    /** The first operand with the sign bit of the second. */
    COPY_SIGN(2),
    FMA(3),
    IF_LT(4),
    IF_LE(4),
    IF_EQ(4);

    private final int arity;

    Kind(int arity) {
      this.arity = arity;
    }
  }

  /** The constant 0. */
  public static final Expr ZERO = constant(0);

  /** The constant 1. */
  public static final Expr ONE = constant(1);

  private final Kind kind;
  private final List<Expr> args;
  private final int index;
  private final double value;
  private final @Nullable LaneFunction function;
  private final int hash;

  private Expr(Kind kind, int index, double value, @Nullable LaneFunction function, Expr... args) {
    if (kind.arity >= 0 && args.length != kind.arity) {
      throw new IllegalArgumentException(kind + " takes " + kind.arity + " operands");
    }
    this.kind = kind;
    this.index = index;
    this.value = value;
    this.function = function;
    this.args = List.of(args);
    this.hash = Objects.hash(kind, index, value, function, this.args);
  }

  private static Expr node(Kind kind, Expr... args) {
    return new Expr(kind, 0, 0, null, args);
  }

  // ---- leaves ----

  /** The element of input {@code index}. */
  public static Expr input(int index) {
    return new Expr(Kind.INPUT, index, 0, null);
  }

  /** A scalar handed over with each call of the compiled loop. */
  public static Expr param(int index) {
    return new Expr(Kind.PARAM, index, 0, null);
  }

  /** A constant, rounded to the precision that the expression is compiled for. */
  public static Expr constant(double value) {
    return new Expr(Kind.CONSTANT, 0, value, null);
  }

  /** {@code function(args)}. */
  public static Expr call(LaneFunction function, Expr... args) {
    return new Expr(Kind.CALL, 0, 0, function, args);
  }

  // ---- arithmetic ----

  /** this + other. */
  public Expr add(Expr other) {
    return node(Kind.ADD, this, other);
  }

  /** this + c. */
  public Expr add(double c) {
    return add(constant(c));
  }

  /** this - other. */
  public Expr sub(Expr other) {
    return node(Kind.SUB, this, other);
  }

  /** this - c. */
  public Expr sub(double c) {
    return sub(constant(c));
  }

  /** this * other. */
  public Expr mul(Expr other) {
    return node(Kind.MUL, this, other);
  }

  /** this * c. */
  public Expr mul(double c) {
    return mul(constant(c));
  }

  /** this / other. */
  public Expr div(Expr other) {
    return node(Kind.DIV, this, other);
  }

  /** The smaller one. */
  public Expr min(Expr other) {
    return node(Kind.MIN, this, other);
  }

  /** The larger one. */
  public Expr max(Expr other) {
    return node(Kind.MAX, this, other);
  }

  /** this * factor + addend, rounded once. */
  public Expr fma(Expr factor, Expr addend) {
    return node(Kind.FMA, this, factor, addend);
  }

  /** this * factor + c, rounded once. */
  public Expr fma(Expr factor, double c) {
    return fma(factor, constant(c));
  }

  /** -this. */
  public Expr neg() {
    return node(Kind.NEG, this);
  }

  /** The absolute value. */
  public Expr abs() {
    return node(Kind.ABS, this);
  }

  /** The square root, correctly rounded. */
  public Expr sqrt() {
    return node(Kind.SQRT, this);
  }

  /** this * this. */
  public Expr square() {
    return mul(this);
  }

  /** 1 / this. */
  public Expr reciprocal() {
    return ONE.div(this);
  }

  /** This magnitude with the sign bit of {@code sign}. */
  public Expr copySign(Expr sign) {
    return node(Kind.COPY_SIGN, this, sign);
  }

  /** 2^this, see {@link Kind#POW2}. */
  public Expr pow2() {
    return node(Kind.POW2, this);
  }

  /** See {@link Kind#EXPONENT}. */
  public Expr exponent() {
    return node(Kind.EXPONENT, this);
  }

  /** See {@link Kind#MANTISSA}. */
  public Expr mantissa() {
    return node(Kind.MANTISSA, this);
  }

  /** this &lt; bound ? then : otherwise. */
  public Expr ifLess(Expr bound, Expr then, Expr otherwise) {
    return node(Kind.IF_LT, this, bound, then, otherwise);
  }

  /** this &lt;= bound ? then : otherwise. */
  public Expr ifAtMost(Expr bound, Expr then, Expr otherwise) {
    return node(Kind.IF_LE, this, bound, then, otherwise);
  }

  /** this == other ? then : otherwise. */
  public Expr ifEqual(Expr other, Expr then, Expr otherwise) {
    return node(Kind.IF_EQ, this, other, then, otherwise);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return this == other
        || other instanceof Expr e
            && hash == e.hash
            && kind == e.kind
            && index == e.index
            && Double.doubleToRawLongBits(value) == Double.doubleToRawLongBits(e.value)
            && Objects.equals(function, e.function)
            && args.equals(e.args);
  }

  @Override
  public int hashCode() {
    return hash;
  }

  // ---- reading ----

  Kind kind() {
    return kind;
  }

  List<Expr> args() {
    return args;
  }

  int index() {
    return index;
  }

  double value() {
    return value;
  }

  /** The tree with function calls replaced by their recipes in {@code precision}. */
  Expr expand(Precision precision) {
    return rewrite(e -> null, precision, new IdentityHashMap<>());
  }

  /** The tree with input i replaced by {@code inputs[i]} and parameter indices shifted. */
  public Expr substitute(int paramShift, Expr... inputs) {
    Map<Integer, Expr> params = new HashMap<>();
    return rewrite(
        e ->
            switch (e.kind) {
              case INPUT -> inputs[e.index];
              case PARAM -> params.computeIfAbsent(e.index + paramShift, Expr::param);
              default -> null;
            },
        null,
        new IdentityHashMap<>());
  }

  private interface Leaves {
    @Nullable Expr replace(Expr e);
  }

  private Expr rewrite(
      Leaves leaves, @Nullable Precision expandCalls, IdentityHashMap<Expr, Expr> done) {
    Expr known = done.get(this);
    if (known != null) {
      return known;
    }
    Expr result = leaves.replace(this);
    if (result == null) {
      Expr[] changed = new Expr[args.size()];
      boolean same = true;
      for (int i = 0; i < changed.length; i++) {
        changed[i] = args.get(i).rewrite(leaves, expandCalls, done);
        same &= changed[i] == args.get(i);
      }
      if (function != null && expandCalls != null) {
        result = function.expand(expandCalls, List.of(changed)).rewrite(leaves, expandCalls, done);
      } else {
        result = same ? this : new Expr(kind, index, value, function, changed);
      }
    }
    done.put(this, result);
    return result;
  }

  /** The tree with {@code node} (that very object) replaced. */
  public Expr replace(Expr node, Expr replacement) {
    return rewrite(e -> e == node ? replacement : null, null, new IdentityHashMap<>());
  }

  /** The inputs that occur, ascending. */
  public int[] inputsRead() {
    return indices(Kind.INPUT);
  }

  /** How many inputs a loop over this expression needs: the highest index plus one. */
  public int inputs() {
    return count(indices(Kind.INPUT));
  }

  /** How many parameters a loop over this expression needs: the highest index plus one. */
  public int params() {
    return count(indices(Kind.PARAM));
  }

  private static int count(int[] ascending) {
    return ascending.length == 0 ? 0 : ascending[ascending.length - 1] + 1;
  }

  private int[] indices(Kind leaf) {
    BitSet found = new BitSet();
    collect(leaf, found, new IdentityHashMap<>());
    return found.stream().toArray();
  }

  private void collect(Kind leaf, BitSet found, IdentityHashMap<Expr, Expr> seen) {
    if (seen.put(this, this) == null) {
      if (kind == leaf) {
        found.set(index);
      }
      for (Expr arg : args) {
        arg.collect(leaf, found, seen);
      }
    }
  }

  // ---- differentiation ----

  /**
   * The derivative by input {@code input}. Comparisons are differentiated branch by branch;
   * functions by their own rule; at a kink the branch taken decides.
   */
  public Expr derivative(int input) {
    return derivative(input, new IdentityHashMap<>());
  }

  private Expr derivative(int input, IdentityHashMap<Expr, Expr> done) {
    Expr known = done.get(this);
    if (known == null) {
      known = differentiate(input, done);
      done.put(this, known);
    }
    return known;
  }

  private Expr differentiate(int input, IdentityHashMap<Expr, Expr> done) {
    Expr[] d = new Expr[args.size()];
    for (int i = 0; i < d.length; i++) {
      d[i] = args.get(i).derivative(input, done);
    }
    return switch (kind) {
      case INPUT -> index == input ? ONE : ZERO;
      case PARAM, CONSTANT -> ZERO;
      case NEG -> d[0] == ZERO ? ZERO : d[0].neg();
      case ABS -> times(d[0], signOf(args.get(0)));
      case SQRT -> times(d[0], constant(0.5).div(this));
      case ADD -> plus(d[0], d[1]);
      case SUB -> d[1] == ZERO ? d[0] : plus(d[0], d[1].neg());
      case MUL -> plus(times(d[0], args.get(1)), times(d[1], args.get(0)));
      case FMA -> plus(plus(times(d[0], args.get(1)), times(d[1], args.get(0))), d[2]);
      case DIV -> {
        Expr byNumerator = d[0] == ZERO ? ZERO : d[0].div(args.get(1));
        yield d[1] == ZERO
            ? byNumerator
            : plus(byNumerator, times(d[1], this.div(args.get(1)).neg()));
      }
      case MIN -> branch(args.get(0).ifAtMost(args.get(1), d[0], d[1]), d[0], d[1]);
      case MAX -> branch(args.get(1).ifAtMost(args.get(0), d[0], d[1]), d[0], d[1]);
      case IF_LT, IF_LE, IF_EQ ->
          branch(node(kind, args.get(0), args.get(1), d[2], d[3]), d[2], d[3]);
      case CALL -> {
        Expr sum = ZERO;
        for (int i = 0; i < d.length; i++) {
          if (d[i] != ZERO && function != null) {
            sum = plus(sum, times(d[i], function.derivative().of(i, args, this)));
          }
        }
        yield sum;
      }
      case POW2, EXPONENT, MANTISSA, COPY_SIGN -> {
        if (Arrays.stream(d).allMatch(e -> e == ZERO)) {
          yield ZERO;
        }
        throw new UnsupportedOperationException(kind + " is for function recipes only");
      }
    };
  }

  private static Expr plus(Expr a, Expr b) {
    return a == ZERO ? b : b == ZERO ? a : a.add(b);
  }

  /** a * b, where a constant 0 or 1 stands for "does not depend" or "is the variable itself". */
  private static Expr times(Expr a, Expr b) {
    return a == ZERO || b == ZERO ? ZERO : a == ONE ? b : b == ONE ? a : a.mul(b);
  }

  private static Expr branch(Expr choice, Expr then, Expr otherwise) {
    return then == ZERO && otherwise == ZERO ? ZERO : choice;
  }

  /** -1, 0 or 1, as the sign of {@code x}; NaN stays NaN. Its derivative is 0 everywhere. */
  public static Expr signOf(Expr x) {
    return ZERO.ifLess(x, ONE, x.ifLess(ZERO, constant(-1), x.mul(ZERO)));
  }

  // ---- interpretation ----

  /**
   * The value for one element, by walking the tree: slow and obvious. Binary32 results come from
   * binary64 operations rounded once, which is exact for + - * / and sqrt (binary64 carries more
   * than twice the digits plus two).
   */
  public double evaluate(Precision precision, double[] inputs, double[] params) {
    return expand(precision).walk(precision, inputs, params, new IdentityHashMap<>());
  }

  private double walk(
      Precision p, double[] inputs, double[] params, IdentityHashMap<Expr, Double> done) {
    Double known = done.get(this);
    if (known != null) {
      return known;
    }
    double[] a = new double[args.size()];
    for (int i = 0; i < a.length; i++) {
      a[i] = args.get(i).walk(p, inputs, params, done);
    }
    boolean single = p == Precision.F32;
    double result =
        switch (kind) {
          case INPUT -> inputs[index];
          case PARAM -> p.round(params[index]);
          case CONSTANT -> p.round(value);
          case NEG -> -a[0];
          case ABS -> Math.abs(a[0]);
          case SQRT -> p.round(Math.sqrt(a[0]));
          case POW2 -> single ? LaneBits.pow2((float) a[0]) : LaneBits.pow2(a[0]);
          case EXPONENT -> single ? LaneBits.exponent((float) a[0]) : LaneBits.exponent(a[0]);
          case MANTISSA -> single ? LaneBits.mantissa((float) a[0]) : LaneBits.mantissa(a[0]);
          case ADD -> p.round(a[0] + a[1]);
          case SUB -> p.round(a[0] - a[1]);
          case MUL -> p.round(a[0] * a[1]);
          case DIV -> p.round(a[0] / a[1]);
          case MIN -> Math.min(a[0], a[1]);
          case MAX -> Math.max(a[0], a[1]);
          case COPY_SIGN ->
              single
                  ? LaneBits.copySign((float) a[0], (float) a[1])
                  : LaneBits.copySign(a[0], a[1]);
          case FMA ->
              single
                  ? Math.fma((float) a[0], (float) a[1], (float) a[2])
                  : Math.fma(a[0], a[1], a[2]);
          case IF_LT -> a[0] < a[1] ? a[2] : a[3];
          case IF_LE -> a[0] <= a[1] ? a[2] : a[3];
          case IF_EQ -> a[0] == a[1] ? a[2] : a[3];
          case CALL -> throw new IllegalStateException("calls are expanded before the walk");
        };
    done.put(this, result);
    return result;
  }
}
