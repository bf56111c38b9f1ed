package dev.lanewise.internal.op;

import dev.lanewise.internal.kernel.Expr;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An elementwise op: one lane expression with broadcasting inputs. Its gradient is the symbolic
 * derivative of the expression, times the incoming gradient, as one fused elementwise op that reads
 * only what it needs; so derivatives of any order exist.
 */
public final class Elementwise implements Op {
  private final String name;
  private final Expr expression;
  private final int arity;
  private final double[] params;
  private final Gradient[] gradients;

  /** The gradient op of one input and which of (inputs..., output, g) it reads. */
  @SuppressWarnings("ArrayRecordComponent") // private, compared by identity only
  private record Gradient(Elementwise op, int[] reads) {}

  private static final Elementwise COPY = new Elementwise("copy", Expr.input(0));
  private static final Gradient NOTHING = new Gradient(COPY, new int[0]);
  private static final Gradient PASS_ON = new Gradient(COPY, new int[0]);

  /** An op whose gradients are the derivatives of {@code expression}. */
  public Elementwise(String name, Expr expression, double... params) {
    this(name, expression, new Expr[0], params);
  }

  /**
   * An op with its own rules: {@code derivatives[i]} is the derivative by input i over the inputs
   * and, as input number {@code arity}, the result.
   */
  public Elementwise(String name, Expr expression, Expr[] derivatives, double... params) {
    this(name, expression, expression.inputs(), params, new Gradient[expression.inputs()]);
    for (int i = 0; i < derivatives.length; i++) {
      gradients[i] = compose(derivatives[i], i);
    }
  }

  private Elementwise(
      String name, Expr expression, int arity, double[] params, Gradient[] gradients) {
    this.name = name;
    this.expression = expression;
    this.arity = arity;
    this.params = params;
    this.gradients = gradients;
  }

  /** The same op with other values of its attributes. */
  public Elementwise with(double... values) {
    return new Elementwise(name, expression, arity, values, gradients);
  }

  /** The lane expression. */
  public Expr expression() {
    return expression;
  }

  /** Number of inputs. */
  public int arity() {
    return arity;
  }

  /** Values of the attributes. */
  public double[] params() {
    return params.clone();
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Shape shape(Shape... in) {
    Shape shape = in[0];
    for (int i = 1; i < in.length; i++) {
      if (!shape.equals(in[i])) {
        shape = Shape.broadcast(name, shape, in[i]);
      }
    }
    return shape;
  }

  @Override
  public void forward(Exec exec, Tensor[] in, Tensor out) {
    exec.map(expression, params, in, out);
  }

  @Override
  public List<@Nullable Pull> gradient(Value[] in, Value out, Value g) {
    List<@Nullable Pull> pulls = new ArrayList<>(arity);
    for (int i = 0; i < arity; i++) {
      Gradient gradient = gradientOf(i);
      if (gradient == NOTHING) {
        pulls.add(null);
        continue;
      }
      if (gradient == PASS_ON) {
        pulls.add(new Pull(new Views.Identity(), g));
        continue;
      }
      Value[] reads = new Value[gradient.reads.length];
      for (int r = 0; r < reads.length; r++) {
        int k = gradient.reads[r];
        reads[r] = k < arity ? in[k] : k == arity ? out : g;
      }
      pulls.add(new Pull(params.length == 0 ? gradient.op : gradient.op.with(params), reads));
    }
    return pulls;
  }

  private synchronized Gradient gradientOf(int i) {
    Gradient known = gradients[i];
    if (known == null) {
      Expr derivative = expression.derivative(i);
      known = compose(derivative.replace(expression, Expr.input(arity)), i);
      gradients[i] = known;
    }
    return known;
  }

  /** g * derivative, its inputs renumbered to those it reads. */
  private Gradient compose(Expr derivative, int i) {
    if (derivative == Expr.ZERO || derivative == Expr.ONE) {
      return derivative == Expr.ZERO ? NOTHING : PASS_ON;
    }
    Expr full = Expr.input(arity + 1).mul(derivative);
    int[] reads = full.inputsRead();
    Expr[] renumbered = new Expr[arity + 2];
    for (int k = 0; k < renumbered.length; k++) {
      renumbered[k] = Expr.input(k);
    }
    for (int r = 0; r < reads.length; r++) {
      renumbered[reads[r]] = Expr.input(r);
    }
    String gradientName = name + "'" + (arity > 1 ? i : "");
    return new Gradient(
        new Elementwise(gradientName, full.substitute(0, renumbered), params), reads);
  }
}
