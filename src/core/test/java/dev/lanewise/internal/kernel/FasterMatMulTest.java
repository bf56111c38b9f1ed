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

  private MatMulKernel faster(Precision precision) {
    // faster where A is stored transposed
    MatMulProvider provider =
        fake(
            MatMulProvider.class,
            (_, _, arguments) -> {
              calls.add(List.of("asked", List.of(arguments)));
              return arguments[1];
            });
    return new FasterMatMul(precision, kernel("own", 10), kernel("other", 20), provider);
  }

  @Test
  void theProviderDecidesByShape() {
    for (Precision precision : Precision.values()) {
      MatMulKernel faster = faster(precision);
      faster.gemm(true, false, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14);
      faster.gemm(false, true, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14);
      assertThat(calls)
          .containsExactly(
              List.of("asked", List.of(precision, true, false, 1, 2, 3)),
              List.of("other", arguments(true, false)),
              List.of("asked", List.of(precision, false, true, 1, 2, 3)),
              List.of("own", arguments(false, true)));
      calls.clear();
    }
  }

  private static List<Object> arguments(boolean transA, boolean transB) {
    return List.of(transA, transB, 1, 2, 3, 4.0, 5L, 6L, 7L, 8L, 9.0, 10L, 11L, 12L, 13L, 14L);
  }

  @Test
  void theWorkspaceServesBoth() {
    assertThat(faster(Precision.F32).workspaceBytes(true, false, 5, 7, 9)).isEqualTo(20);
  }
}
