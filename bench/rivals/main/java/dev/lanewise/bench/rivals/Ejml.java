package dev.lanewise.bench.rivals;

import dev.lanewise.cli.bench.GemmBench;
import org.ejml.data.FMatrixRMaj;
import org.ejml.dense.row.CommonOps_FDRM;

/** EJML, in plain Java. */
record Ejml() implements Gemm {
  @Override
  public String name() {
    return "EJML";
  }

  @Override
  public String core() {
    return "Java";
  }

  @Override
  public Product product(GemmBench.Size size, float[] a, float[] b) {
    FMatrixRMaj left = FMatrixRMaj.wrap(size.m(), size.k(), a);
    FMatrixRMaj right = FMatrixRMaj.wrap(size.k(), size.n(), b);
    FMatrixRMaj product = new FMatrixRMaj(size.m(), size.n());
    return new Product() {
      @Override
      public void multiply() {
        CommonOps_FDRM.mult(left, right, product);
      }

      @Override
      public float[] result() {
        return product.data;
      }
    };
  }
}
