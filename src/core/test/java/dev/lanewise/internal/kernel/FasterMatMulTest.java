package dev.lanewise.internal.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FasterMatMulTest {
  private final List<List<Object>> calls = new ArrayList<>();

  private static <T> T fake(Class<T> type, InvocationHandler handler) {
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
  }

  /** Notes its name and its arguments. */
  private MatMulKernel kernel(String name, long workspaceBytes) {
    return fake(
        MatMulKernel.class,
        (_, method, arguments) -> {
          if (method.getName().equals("workspaceBytes")) {
            return workspaceBytes;
          }
          calls.add(List.of(name, List.of(arguments)));
          return null;
        });
  }

  /** Faster where A is stored transposed. */
  private MatMulProvider provider() {
    return fake(
        MatMulProvider.class,
        (_, method, arguments) ->
            switch (method.getName()) {
              case "name" -> "fake";
              case "f32" -> kernel("other f32", 20);
              case "f64" -> kernel("other f64", 20);
              default -> {
                calls.add(List.of(method.getName(), List.of(arguments)));
                yield arguments[1];
              }
            });
  }

  @Test
  void theProviderDecidesByShape() {
    for (Precision precision : Precision.values()) {
      MatMulKernel faster =
          new FasterMatMul(precision, kernel("own", 10), kernel("other", 20), provider());
      faster.gemm(true, false, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14);
      faster.gemm(false, true, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14);
      assertThat(calls)
          .containsExactly(
              List.of("isFaster", List.of(precision, true, false, 1, 2, 3)),
              List.of("other", arguments(true, false)),
              List.of("isFaster", List.of(precision, false, true, 1, 2, 3)),
              List.of("own", arguments(false, true)));
      calls.clear();
    }
  }

  private static List<Object> arguments(boolean transA, boolean transB) {
    return List.of(transA, transB, 1, 2, 3, 4.0, 5L, 6L, 7L, 8L, 9.0, 10L, 11L, 12L, 13L, 14L);
  }

  @Test
  void eachPrecisionHasItsKernel() {
    Kernels kernels = Kernels.vector().withFaster(provider());
    assertThat(kernels.name()).isEqualTo("vector+fake");
    for (Precision precision : Precision.values()) {
      kernels.matmul(precision).gemm(true, false, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14);
    }
    assertThat(calls)
        .containsExactly(
            List.of("isFaster", List.of(Precision.F32, true, false, 1, 2, 3)),
            List.of("other f32", arguments(true, false)),
            List.of("isFaster", List.of(Precision.F64, true, false, 1, 2, 3)),
            List.of("other f64", arguments(true, false)));
  }

  @Test
  void theWorkspaceServesBoth() {
    for (int more : new int[] {-1, 1}) {
      MatMulKernel faster =
          new FasterMatMul(
              Precision.F32, kernel("own", 10), kernel("other", 10 + more), provider());
      assertThat(faster.workspaceBytes(true, false, 5, 7, 9)).isEqualTo(Math.max(10, 10 + more));
    }
  }
}
