package dev.lanewise.optim;

import dev.lanewise.internal.kernel.Expr;
import dev.lanewise.internal.op.Exec;
import dev.lanewise.internal.op.MatMul;
import dev.lanewise.internal.op.Reduce;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.util.List;

/**
 * One step of a {@link TensorRule}, and the arithmetic for it. Sums follow reduce-v1, products
 * gemm-v1.
 *
 * @param exec what computes; what it allocates lives until the end of the step
 * @param value the parameter
 * @param gradient the effective gradient
 * @param slots what is kept, in the order of {@link TensorRule#slots}
 * @param t number of the step, from 1
 * @param lr learning rate
 * @param momentum in place of {@link TensorRule#momentum}
 */
record TensorStep(
    Exec exec,
    Tensor value,
    Tensor gradient,
    List<Tensor> slots,
    long t,
    double lr,
    double momentum) {

  private static final Expr SQUARE = Expr.input(0).square();

  /** {@code out = expression(in...)}, inputs broadcast to the shape of {@code out}. */
  void map(Tensor out, Expr expression, double[] params, Tensor... in) {
    exec.map(expression, params, in, out);
  }

  /** The same into a new tensor of the shape of the gradient. */
  Tensor map(Expr expression, double[] params, Tensor... in) {
    return map(gradient.shape(), expression, params, in);
  }

  /** The same into a new tensor of this shape. */
  Tensor map(Shape shape, Expr expression, double[] params, Tensor... in) {
    Tensor out = exec.allocate(value.dtype(), shape);
    exec.map(expression, params, in, out);
    return out;
  }

  /** The sum over {@code axes}, all if none are given, which stay with length 1. */
  Tensor sum(Tensor x, int... axes) {
    Reduce sum = Reduce.sum(x.shape(), true, axes);
    Tensor out = exec.allocate(x.dtype(), sum.shape(x.shape()));
    sum.forward(exec, new Tensor[] {x}, out);
    return out;
  }

  /** The Euclidean norm of all elements. */
  double norm(Tensor x) {
    Tensor squares = sum(map(x.shape(), SQUARE, new double[0], x));
    return Math.sqrt(squares.reshape(1).getDouble(0));
  }

  /** The matrix product. */
  Tensor product(Tensor a, Tensor b) {
    MatMul product = new MatMul();
    Tensor out = exec.allocate(a.dtype(), product.shape(a.shape(), b.shape()));
    product.forward(exec, new Tensor[] {a, b}, out);
    return out;
  }
}
