package dev.lanewise.openblas;

import dev.lanewise.engine.NativeLibraryException;
import dev.lanewise.internal.kernel.MatMulKernel;
import dev.lanewise.internal.kernel.MatMulProvider;

/** The matrix products of OpenBLAS, each call on the caller's thread alone. */
public final class OpenBlasProvider implements MatMulProvider {

  private final OpenBlasInfo info;
  private final MatMulKernel f32;
  private final MatMulKernel f64;

  /**
   * Loads OpenBLAS.
   *
   * @throws NativeLibraryException when there is none, or none that can be used; in one line
   */
  public OpenBlasProvider() {
    info = OpenBlasLibrary.load();
    f32 = new Sgemm();
    f64 = new Dgemm();
  }

  @Override
  public String name() {
    return "openblas";
  }

  @Override
  public MatMulKernel f32() {
    return f32;
  }

  @Override
  public MatMulKernel f64() {
    return f64;
  }

  @Override
  public String description() {
    return info.description();
  }

  @Override
  public String configuration() {
    return info.configuration();
  }
}
