package dev.lanewise.bench.rivals;

import dev.lanewise.cli.bench.GemmBench;
import java.lang.foreign.SymbolLookup;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** ND4J, on the OpenBLAS that comes with it. */
record Nd4jGemm() implements Gemm {
  @Override
  public String name() {
    return "ND4J";
  }

  @Override
  public String core() {
    INDArray one = Nd4j.ones(1, 1);
    one.mmul(one); // loads its libraries
    return OpenBlas.description(SymbolLookup.loaderLookup());
  }

  @Override
  public Product product(GemmBench.Size size, float[] a, float[] b) {
    // columns first, so that nothing is copied before the call
    INDArray left = Nd4j.create(a, new long[] {size.m(), size.k()}, 'c').dup('f');
    INDArray right = Nd4j.create(b, new long[] {size.k(), size.n()}, 'c').dup('f');
    INDArray product = Nd4j.create(new long[] {size.m(), size.n()}, 'f');
    return new Product() {
      @Override
      public void multiply() {
        left.mmuli(right, product);
      }

      @Override
      public float[] result() {
        return product.dup('c').data().asFloat();
      }
    };
  }
}
