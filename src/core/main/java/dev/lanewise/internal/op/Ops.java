package dev.lanewise.internal.op;

import dev.lanewise.internal.kernel.Precision;
import dev.lanewise.tensor.DType;
import dev.lanewise.tensor.DTypeException;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.ShapeException;

/** The type and shape rules that ops share. */
final class Ops {
  private Ops() {}

  /** The arithmetic of {@code dtype}, which is F32 or F64. */
  static Precision precision(DType dtype) {
    return dtype == DType.F32 ? Precision.F32 : Precision.F64;
  }

  /** All types agree, and on F32 or F64. */
  static DType sameFloating(String op, DType... in) {
    DType first = floating(op, in[0]);
    for (DType other : in) {
      if (other != first) {
        throw new DTypeException(
            op + ": element types differ: " + first + " and " + other + "; cast one of them.");
      }
    }
    return first;
  }

  /** The type is F32 or F64. */
  static DType floating(String op, DType dtype) {
    if (dtype != DType.F32 && dtype != DType.F64) {
      throw new DTypeException(op + ": computes in F32 or F64, found " + dtype + "; cast it.");
    }
    return dtype;
  }

  /** The type holds indices. */
  static DType index(String op, DType dtype) {
    if (dtype != DType.I32 && dtype != DType.I64) {
      throw new DTypeException(op + ": indices must be I32 or I64, found " + dtype + ".");
    }
    return dtype;
  }

  /** The shape with the axes (normalised, ascending) removed, or kept with length 1. */
  static Shape reduced(Shape shape, int[] axes, boolean keepdim) {
    Shape result = shape;
    for (int i = axes.length - 1; i >= 0; i--) {
      result = keepdim ? result.with(axes[i], 1) : result.without(axes[i]);
    }
    return result;
  }

  /** Normalised and sorted axes; none given means all. */
  static int[] axes(String op, Shape shape, int... axes) {
    boolean[] chosen = new boolean[shape.rank()];
    for (int axis : axes) {
      int a = shape.axis(axis);
      if (chosen[a]) {
        throw new ShapeException(op + ": axis " + axis + " is given twice.");
      }
      chosen[a] = true;
    }
    int[] result = new int[axes.length == 0 ? shape.rank() : axes.length];
    int n = 0;
    for (int a = 0; a < chosen.length; a++) {
      if (chosen[a] || axes.length == 0) {
        result[n++] = a;
      }
    }
    return result;
  }
}
