/** Tensors in off-heap memory, SIMD kernels, reverse-mode autodiff, optimizers and training. */
module dev.lanewise {
  requires jdk.incubator.vector;
  requires static org.jspecify;
}
