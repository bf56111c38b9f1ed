package dev.lanewise.internal.kernel;

import dev.lanewise.internal.kernel.scalar.ScalarConvolutionF32;
import dev.lanewise.internal.kernel.scalar.ScalarConvolutionF64;
import dev.lanewise.internal.kernel.scalar.ScalarMatMulF32;
import dev.lanewise.internal.kernel.scalar.ScalarMatMulF64;
import dev.lanewise.internal.kernel.scalar.ScalarPoolF32;
import dev.lanewise.internal.kernel.scalar.ScalarPoolF64;
import dev.lanewise.internal.kernel.scalar.ScalarRandom;
import dev.lanewise.internal.kernel.vector.VectorConvolutionF32;
import dev.lanewise.internal.kernel.vector.VectorConvolutionF64;
import dev.lanewise.internal.kernel.vector.VectorMatMulF32;
import dev.lanewise.internal.kernel.vector.VectorMatMulF64;
import dev.lanewise.internal.kernel.vector.VectorPoolF32;
import dev.lanewise.internal.kernel.vector.VectorPoolF64;
import dev.lanewise.internal.kernel.vector.VectorRandom;
import java.util.List;

/**
 * One complete set of kernels. The scalar set is the reference; the others replace its entries.
 *
 * @param name {@code scalar}, {@code vector}, the provider's or both as in {@code vector+openblas}
 * @param bits vector width of compiled loops, {@link LoopCompiler#SCALAR} for none
 * @param matmulF32 matrix product in binary32
 * @param matmulF64 matrix product in binary64
 * @param convolutionF32 convolution in binary32
 * @param convolutionF64 convolution in binary64
 * @param poolF32 pooling in binary32
 * @param poolF64 pooling in binary64
 * @param random random numbers and dropout
 */
public record Kernels(
    String name,
    int bits,
    MatMulKernel matmulF32,
    MatMulKernel matmulF64,
    ConvolutionKernel convolutionF32,
    ConvolutionKernel convolutionF64,
    PoolKernel poolF32,
    PoolKernel poolF64,
    RandomKernel random) {

  /** The reference. */
  public static Kernels scalar() {
    return new Kernels(
        "scalar",
        LoopCompiler.SCALAR,
        new ScalarMatMulF32(),
        new ScalarMatMulF64(),
        new ScalarConvolutionF32(),
        new ScalarConvolutionF64(),
        new ScalarPoolF32(),
        new ScalarPoolF64(),
        new ScalarRandom());
  }

  /** The reference with every entry replaced by its Vector API twin. */
  public static Kernels vector() {
    return new Kernels(
        "vector",
        Lanes.BITS,
        new VectorMatMulF32(FirstLevelCache.BYTES),
        new VectorMatMulF64(FirstLevelCache.BYTES),
        new VectorConvolutionF32(),
        new VectorConvolutionF64(),
        new VectorPoolF32(),
        new VectorPoolF64(),
        new VectorRandom());
  }

  /** This set with the matrix products of {@code provider}. */
  public Kernels with(MatMulProvider provider) {
    return with(provider.name(), provider.f32(), provider.f64());
  }

  /** This set with the matrix products of {@code provider} where they are faster. */
  public Kernels withFaster(MatMulProvider provider) {
    return with(
        name + "+" + provider.name(),
        new FasterMatMul(Precision.F32, matmulF32, provider.f32(), provider),
        new FasterMatMul(Precision.F64, matmulF64, provider.f64(), provider));
  }

  private Kernels with(String newName, MatMulKernel f32, MatMulKernel f64) {
    return new Kernels(
        newName, bits, f32, f64, convolutionF32, convolutionF64, poolF32, poolF64, random);
  }

  /** The matrix product of {@code precision}. */
  public MatMulKernel matmul(Precision precision) {
    return precision == Precision.F32 ? matmulF32 : matmulF64;
  }

  /** Convolution in {@code precision}. */
  public ConvolutionKernel convolution(Precision precision) {
    return precision == Precision.F32 ? convolutionF32 : convolutionF64;
  }

  /** Pooling in {@code precision}. */
  public PoolKernel pool(Precision precision) {
    return precision == Precision.F32 ? poolF32 : poolF64;
  }

  /** The elementwise loop of {@code outputs}, compiled on first use, see {@link LoopCompiler}. */
  public MapLoop map(Precision precision, long broadcast, List<Expr> outputs) {
    return CompiledLoops.map(precision, bits, broadcast, outputs);
  }

  /** The reduction of {@code expression}, compiled on first use. */
  public ReduceLoop reduce(Precision precision, Reduction reduction, Expr expression) {
    return reduce(precision, 0, reduction, expression);
  }

  /** As {@link #reduce(Precision, Reduction, Expr)} with inputs that are one element per row. */
  public ReduceLoop reduce(
      Precision precision, long broadcast, Reduction reduction, Expr expression) {
    return CompiledLoops.reduce(precision, bits, broadcast, reduction, expression);
  }
}
