/** Tensors in off-heap memory, SIMD kernels, reverse-mode autodiff, optimizers and training. */
@SuppressWarnings("module") // the modules of the qualified exports are built later
module dev.lanewise {
  requires jdk.incubator.vector;
  requires jdk.management;
  requires static transitive org.jspecify;

  exports dev.lanewise.autodiff;
  exports dev.lanewise.data;
  exports dev.lanewise.engine;
  exports dev.lanewise.io;
  exports dev.lanewise.metric;
  exports dev.lanewise.nn;
  exports dev.lanewise.onnx;
  exports dev.lanewise.optim;
  exports dev.lanewise.tensor;
  exports dev.lanewise.train;
  exports dev.lanewise.internal.concurrent to
      dev.lanewise.bench;
  exports dev.lanewise.internal.kernel to
      dev.lanewise.openblas,
      dev.lanewise.cli,
      dev.lanewise.bench;
  exports dev.lanewise.internal.random to
      dev.lanewise.cli;

  uses dev.lanewise.internal.kernel.MatMulProvider;
}
