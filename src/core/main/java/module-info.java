/** Tensors in off-heap memory, SIMD kernels, reverse-mode autodiff, optimizers and training. */
module dev.lanewise {
  requires jdk.incubator.vector;
  requires static org.jspecify;

  exports dev.lanewise.autodiff;
  exports dev.lanewise.engine;
  exports dev.lanewise.tensor;
  exports dev.lanewise.internal.kernel to
      dev.lanewise.openblas,
      dev.lanewise.cli,
      dev.lanewise.bench;

  uses dev.lanewise.internal.kernel.MatMulProvider;
}
