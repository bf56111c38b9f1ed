package dev.lanewise.internal.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@link Functions} against values computed elsewhere. */
final class FunctionTablesTest {

  private static final double ANGLE_LIMIT_F64 = 0x1p48;

  /** Correctly rounded results over each function's interesting range and random exponents. */
  @ParameterizedTest
  @EnumSource
  void binary64StaysWithinTheBound(FunctionCase function) {
    List<List<String>> rows = VectorTable.rows("functions-f64.csv", function.resourceName());
    double[] x = parse(rows, 1);
    double[] want = parse(rows, 3);
    double[] got = LoopRunner.run(function.expression, Lanes.BITS, x);
    assertThat(x).isNotEmpty();
    for (int i = 0; i < x.length; i++) {
      assertThat(Ulps.between(got[i], want[i]))
          .as("%s(%s) = %s, not %s", function, x[i], got[i], want[i])
          .isLessThanOrEqualTo((long) function.maxUlps);
    }
  }

  @Test
  void powerStaysWithinTheBound() {
    List<List<String>> rows = VectorTable.rows("functions-f64.csv", "pow");
    Expr pow = Functions.POW.of(Expr.input(0), Expr.input(1));
    double[] want = parse(rows, 3);
    double[] got = LoopRunner.run(pow, Lanes.BITS, parse(rows, 1), parse(rows, 2));
    assertThat(want).isNotEmpty();
    for (int i = 0; i < want.length; i++) {
      assertThat(Ulps.between(got[i], want[i]))
          .as("%s = %s, not %s", rows.get(i), got[i], want[i])
          .isLessThanOrEqualTo(1);
    }
  }

  private static double[] parse(List<List<String>> rows, int column) {
    return rows.stream().mapToDouble(row -> Double.parseDouble(row.get(column))).toArray();
  }

  /** The tolerances are NumPy's own: 2 to 4 ulps in binary32, 1 or 2 in binary64. */
  @ParameterizedTest
  @EnumSource(names = {"EXP", "EXP2", "EXPM1", "LOG", "LOG1P", "TANH", "SIN", "COS"})
  void meetsTheTablesOfNumPy(FunctionCase function) {
    String file = "numpy-ulp-" + function.resourceName() + ".csv";
    List<List<String>> singles = VectorTable.rows(file, "np.float32");
    float[] x = VectorTable.floats(singles, 1);
    float[] want = VectorTable.floats(singles, 2);
    float[] got = LoopRunner.run(function.expression, Lanes.BITS, x);
    for (int i = 0; i < x.length; i++) {
      assertThat(Ulps.between(got[i], want[i]))
          .as("%s(%s) = %s, not %s", function, x[i], got[i], want[i])
          .isLessThanOrEqualTo(Long.parseLong(singles.get(i).get(3)));
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"EXP", "EXP2", "EXPM1", "LOG", "LOG1P", "TANH", "SIN", "COS"})
  void meetsTheTablesOfNumPyInBinary64(FunctionCase function) {
    boolean angle = function == FunctionCase.SIN || function == FunctionCase.COS;
    String file = "numpy-ulp-" + function.resourceName() + ".csv";
    List<List<String>> doubles = VectorTable.rows(file, "np.float64");
    double[] x = VectorTable.doubles(doubles, 1);
    double[] want = VectorTable.doubles(doubles, 2);
    double[] got = LoopRunner.run(function.expression, Lanes.BITS, x);
    for (int i = 0; i < x.length; i++) {
      boolean refused = angle && Math.abs(x[i]) > ANGLE_LIMIT_F64;
      assertThat(Ulps.between(got[i], refused ? Double.NaN : want[i]))
          .as("%s(%s) = %s, not %s", function, x[i], got[i], want[i])
          .isLessThanOrEqualTo(Long.parseLong(doubles.get(i).get(3)));
    }
  }
}
