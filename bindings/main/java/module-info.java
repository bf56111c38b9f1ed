/** OpenBLAS as a matrix product provider for Lanewise. */
module dev.lanewise.openblas {
  requires dev.lanewise;
  requires static org.jspecify;

  provides dev.lanewise.internal.kernel.MatMulProvider with
      dev.lanewise.openblas.OpenBlasProvider;
}
