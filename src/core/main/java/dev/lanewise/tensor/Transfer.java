package dev.lanewise.tensor;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Moves elements between layouts, dtypes and Java arrays. Lifetimes are the caller's concern. */
final class Transfer {
  /** Elements converted or staged at a time: in the first-level cache, with some to spare. */
  private static final int CHUNK = 1024;

  /**
   * One straight run of two layouts; places, counted from the first element, and steps in elements.
   */
  private interface Run {
    void apply(long x, long xStep, long y, long yStep, long n);
  }

  private Transfer() {}

  static void zero(long address, long bytes) {
    NativeMemory.ALL.asSlice(address, bytes).fill((byte) 0);
  }

  /**
   * Copies element by element, converting. The two must not overlap, unless both are contiguous and
   * of one dtype.
   *
   * @param to address of the target's first element
   * @param from address of the source's first element
   */
  static void copy(DType toType, long to, Layout x, DType fromType, long from, Layout y) {
    int toBytes = toType.bytes();
    int fromBytes = fromType.bytes();
    double[] carrier = toType == fromType ? new double[0] : carrier(x.shape().size());
    walk(
        x,
        y,
        (xAt, xStep, yAt, yStep, n) ->
            convert(
                toType,
                to + xAt * toBytes,
                xStep * toBytes,
                fromType,
                from + yAt * fromBytes,
                yStep * fromBytes,
                n,
                carrier));
  }

  /** Sets all elements to the value of the first, which lies at {@code to}. */
  static void repeat(DType dtype, long to, Layout layout) {
    int bytes = dtype.bytes();
    if (layout.isContiguous()) {
      long end = layout.shape().byteSize(dtype);
      for (long done = bytes; done < end; done *= 2) {
        MemorySegment all = NativeMemory.ALL;
        MemorySegment.copy(all, to, all, to + done, Math.min(done, end - done));
      }
      return;
    }
    walk(
        layout,
        layout,
        (at, step, same, sameStep, n) ->
            Elements.move(bytes, to + at * bytes, step * bytes, to, 0, n));
  }

  /** Copies from an array or buffer, row-major, into a tensor. */
  static void fromHeap(DType toType, long to, Layout x, DType fromType, MemorySegment source) {
    if (toType == fromType && x.isContiguous()) {
      bytes(source, 0, NativeMemory.ALL, to, source.byteSize());
      return;
    }
    staged(
        x,
        fromType,
        (stage, xAt, xStep, first, n, carrier) -> {
          int bytes = fromType.bytes();
          bytes(source, first * bytes, NativeMemory.ALL, stage, n * bytes);
          long target = to + xAt * toType.bytes();
          convert(toType, target, xStep * toType.bytes(), fromType, stage, bytes, n, carrier);
        });
  }

  /** Copies a tensor, row-major, into an array. */
  static void toHeap(DType toType, MemorySegment target, DType fromType, long from, Layout y) {
    if (toType == fromType && y.isContiguous()) {
      bytes(NativeMemory.ALL, from, target, 0, target.byteSize());
      return;
    }
    staged(
        y,
        toType,
        (stage, yAt, yStep, first, n, carrier) -> {
          int bytes = toType.bytes();
          long source = from + yAt * fromType.bytes();
          convert(toType, stage, bytes, fromType, source, yStep * fromType.bytes(), n, carrier);
          bytes(NativeMemory.ALL, stage, target, first * bytes, n * bytes);
        });
  }

  /**
   * Copies between an array, or buffer, and native memory. Not by the copy without layouts: it
   * moves less than 64 bytes in a loop, which C2 (25.0.3) now and then compiled wrongly into the
   * caller of {@link Tensor#toDoubles}, so that the first eight bytes were lost.
   */
  private static void bytes(
      MemorySegment from, long fromAt, MemorySegment to, long toAt, long count) {
    MemorySegment.copy(from, JAVA_BYTE, fromAt, to, JAVA_BYTE, toAt, count);
  }

  /** One chunk between a tensor's run and the native staging area. */
  private interface Stage {
    void apply(long stage, long at, long step, long first, long n, double[] carrier);
  }

  /**
   * Walks a tensor in chunks beside a small native area. Arrays pass through it, so that no loop
   * sees heap and native memory in turn, which would slow it down for good.
   */
  private static void staged(Layout layout, DType heapType, Stage step) {
    long size = layout.shape().size();
    double[] carrier = carrier(size);
    long bytes = Math.max(1, carrier.length * (long) heapType.bytes());
    try (Arena arena = Arena.ofConfined()) {
      long stage = arena.allocate(bytes, ValueLayout.JAVA_LONG.byteAlignment()).address();
      walk(
          layout,
          Layout.contiguous(layout.shape()),
          (at, stride, first, one, n) -> {
            for (long i = 0; i < n; i += CHUNK) {
              long m = Math.min(CHUNK, n - i);
              step.apply(stage, at + i * stride, stride, first + i, m, carrier);
            }
          });
    }
  }

  private static double[] carrier(long size) {
    return new double[(int) Math.min(size, CHUNK)];
  }

  /** Converts one run; addresses and steps in bytes. */
  private static void convert(
      DType toType,
      long to,
      long toStep,
      DType fromType,
      long from,
      long fromStep,
      long n,
      double[] carrier) {
    if (toType == fromType) {
      int bytes = toType.bytes();
      if (toStep == bytes && fromStep == bytes) {
        MemorySegment.copy(NativeMemory.ALL, from, NativeMemory.ALL, to, n * bytes);
      } else {
        Elements.move(bytes, to, toStep, from, fromStep, n);
      }
    } else if (fromType == DType.I64 && toType == DType.F32) {
      Elements.longsToFloats(to, toStep, from, fromStep, n);
    } else {
      for (long i = 0; i < n; i += CHUNK) {
        int m = (int) Math.min(CHUNK, n - i);
        Elements.read(fromType, from + i * fromStep, fromStep, carrier, m);
        Elements.write(toType, to + i * toStep, toStep, carrier, m);
      }
    }
  }

  /**
   * Splits two layouts of one shape into straight runs, visited in row-major order. Axes that
   * follow each other without a gap in both are joined first, so dense tensors are a single run.
   */
  private static void walk(Layout x, Layout y, Run run) {
    Shape shape = x.shape();
    if (shape.size() == 0) {
      return;
    }
    long[] dims = new long[shape.rank()];
    long[] xs = new long[dims.length];
    long[] ys = new long[dims.length];
    int rank = 0;
    for (int i = 0; i < dims.length; i++) {
      long dim = shape.at(i);
      if (dim == 1) {
        continue;
      }
      int outer = rank - 1;
      if (rank > 0 && xs[outer] == dim * x.at(i) && ys[outer] == dim * y.at(i)) {
        dims[outer] *= dim;
      } else {
        outer = rank++;
        dims[outer] = dim;
      }
      xs[outer] = x.at(i);
      ys[outer] = y.at(i);
    }
    if (rank == 0) {
      run.apply(0, 1, 0, 1, 1);
      return;
    }
    walk(dims, xs, ys, rank - 1, run);
  }

  private static void walk(long[] dims, long[] xs, long[] ys, int inner, Run run) {
    long[] index = new long[inner];
    long xAt = 0;
    long yAt = 0;
    while (true) {
      run.apply(xAt, xs[inner], yAt, ys[inner], dims[inner]);
      int axis = inner - 1;
      while (axis >= 0 && ++index[axis] == dims[axis]) {
        xAt -= xs[axis] * (dims[axis] - 1);
        yAt -= ys[axis] * (dims[axis] - 1);
        index[axis--] = 0;
      }
      if (axis < 0) {
        return;
      }
      xAt += xs[axis];
      yAt += ys[axis];
    }
  }
}
