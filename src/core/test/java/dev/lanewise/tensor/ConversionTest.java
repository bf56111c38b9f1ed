package dev.lanewise.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.ValueLayout;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.FloatBuffer;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConversionTest {
  private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT;

  private final Scope scope = Scope.open("conversion test");

  @AfterEach
  void close() {
    scope.close();
  }

  @ParameterizedTest
  @EnumSource
  void everyPairOfTypesAgreesWithSingleElements(DType from) {
    for (DType to : DType.values()) {
      for (int n : new int[] {0, 1, 3, 17, 1023, 1024, 1025, 2500}) {
        Tensor source = scope.allocate(from, Shape.of(n));
        for (int i = 0; i < n; i++) {
          source.setDouble(i * 37 % 120, i);
        }
        Tensor target = scope.allocate(to, Shape.of(n)).copyFrom(source);
        for (int i = 0; i < n; i++) {
          double expected =
              from == DType.BOOL || to == DType.BOOL ? Math.min(1, i * 37 % 120) : i * 37 % 120;
          assertThat(target.getDouble(i)).isEqualTo(expected);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void arraysPassThroughEveryType(DType dtype) {
    int n = 2 * 1024 + 3;
    Tensor dense = scope.allocate(dtype, Shape.of(n));
    Tensor strided = scope.allocate(dtype, Shape.of(n, 3)).select(1, 1);
    byte[] values = new byte[n];
    int[] ints = new int[n];
    float[] floats = new float[n];
    double[] doubles = new double[n];
    long[] longs = new long[n];
    for (int i = 0; i < n; i++) {
      values[i] = (byte) (dtype == DType.BOOL ? i % 2 : i % 251);
      ints[i] = values[i] & 0xff;
      floats[i] = ints[i];
      doubles[i] = ints[i];
      longs[i] = ints[i];
    }
    for (Tensor tensor : new Tensor[] {dense, strided}) {
      assertThat(tensor.copyFrom(values).toInts()).isEqualTo(ints);
      assertThat(tensor.fill(0).copyFrom(ints).toLongs()).isEqualTo(longs);
      assertThat(tensor.fill(0).copyFrom(longs).toDoubles()).isEqualTo(doubles);
      assertThat(tensor.fill(0).copyFrom(doubles).toFloats()).isEqualTo(floats);
      assertThat(tensor.fill(0).copyFrom(floats).toInts()).isEqualTo(ints);
    }
  }

  @Test
  void floatsTruncateTowardZero() {
    Tensor source = scope.of(new double[] {-2.9, 2.9, -0.9, 255.99, -2147483648.9, 2147483647.9});
    Tensor ints = scope.copy(source, DType.I32);
    assertThat(ints.toInts()).containsExactly(-2, 2, 0, 255, Integer.MIN_VALUE, Integer.MAX_VALUE);
    assertThat(scope.copy(source.slice(0, 2, 4), DType.U8).toInts()).containsExactly(0, 255);
    assertThat(source.getInt(0)).isEqualTo(-2);
  }

  @Test
  void integersRefuseWhatTheyCannotHold() {
    Tensor bytes = scope.zeros(DType.U8, Shape.of(1));
    Tensor ints = scope.zeros(DType.I32, Shape.of(1));
    Tensor longs = scope.zeros(DType.I64, Shape.of(1));
    for (double value : new double[] {Double.NaN, Double.POSITIVE_INFINITY, -0x1.1p63, 0x1p63}) {
      for (Tensor tensor : new Tensor[] {bytes, ints, longs}) {
        assertThatThrownBy(() -> tensor.setDouble(value, 0)).isInstanceOf(DTypeException.class);
        assertThatThrownBy(() -> tensor.copyFrom(new double[] {value}))
            .isInstanceOf(DTypeException.class)
            .hasMessage("the value " + value + " does not fit into " + tensor.dtype());
        assertThatThrownBy(() -> tensor.fill(value)).isInstanceOf(DTypeException.class);
      }
    }
    assertThatThrownBy(() -> bytes.setInt(256, 0)).isInstanceOf(DTypeException.class);
    assertThatThrownBy(() -> bytes.setInt(-1, 0)).isInstanceOf(DTypeException.class);
    assertThatThrownBy(() -> ints.setLong(1L << 31, 0)).isInstanceOf(DTypeException.class);
    assertThatThrownBy(() -> scope.of(new long[] {1L << 40}).toInts())
        .isInstanceOf(DTypeException.class);
    assertThatThrownBy(() -> scope.scalar(Double.NaN).getInt()).isInstanceOf(DTypeException.class);
    assertThatThrownBy(() -> scope.scalar(1e30f).getLong()).isInstanceOf(DTypeException.class);
    assertThat(bytes.toInts()).containsExactly(0);
  }

  @Test
  void longsStayExact() {
    long[] values = {Long.MIN_VALUE, Long.MAX_VALUE, (1L << 53) + 1, -((1L << 60) + 1), 0};
    Tensor longs = scope.of(values);
    assertThat(longs.toLongs()).isEqualTo(values);
    assertThat(longs.getLong(2)).isEqualTo(values[2]);
    longs.setLong(values[1], 4);
    assertThat(longs.getLong(4)).isEqualTo(values[1]);
    Random random = new Random(1);
    for (int i = 0; i < 1000; i++) {
      long value = (random.nextLong() >> random.nextInt(40)) | 1;
      Tensor one = scope.of(new long[] {value});
      assertThat(scope.copy(one, DType.F32).getFloat(0)).isEqualTo((float) value);
      assertThat(one.toFloats()[0]).isEqualTo((float) value).isEqualTo(one.getFloat(0));
    }
  }

  @Test
  void boolIsNonZero() {
    double[] values = {0, -0.0, 2, -0.5, Double.NaN, Double.MIN_VALUE};
    Tensor bools = scope.allocate(DType.BOOL, Shape.of(6)).copyFrom(values);
    assertThat(bools.toInts()).containsExactly(0, 0, 1, 1, 1, 1);
    bools.segment().set(ValueLayout.JAVA_BYTE, 0, (byte) 7);
    assertThat(bools.getInt(0)).as("a foreign true").isEqualTo(1);
  }

  @Test
  void halfSurvivesTheRoundTrip() {
    Tensor half = scope.allocate(DType.F16, Shape.of(1 << 16));
    Tensor brain = scope.allocate(DType.BF16, Shape.of(1 << 16));
    for (int i = 0; i < 1 << 16; i++) {
      half.segment().setAtIndex(SHORT, i, (short) i);
      brain.segment().setAtIndex(SHORT, i, (short) i);
    }
    for (Tensor tensor : new Tensor[] {half, brain}) {
      for (DType wide : new DType[] {DType.F32, DType.F64}) {
        Tensor back = scope.copy(scope.copy(tensor, wide), tensor.dtype());
        for (int i = 0; i < 1 << 16; i++) {
          short bits = back.segment().getAtIndex(SHORT, i);
          if (Double.isNaN(tensor.getDouble(i))) {
            assertThat(back.getFloat(i)).isNaN();
          } else {
            assertThat(bits).isEqualTo((short) i);
          }
        }
      }
    }
  }

  /** The neighbours of every rounding boundary, from float and from double, in exact arithmetic. */
  @ParameterizedTest
  @EnumSource(names = {"F16", "BF16"})
  void narrowFloatsRoundToNearestEven(DType dtype) {
    Tensor cell = scope.allocate(dtype, Shape.scalar());
    for (int bits = 0; bits < (dtype == DType.F16 ? 0x7bff : 0x7f7f); bits += 3) {
      double low = decoded(cell, bits);
      double high = decoded(cell, bits + 1);
      double middle = (low + high) / 2; // exact in double
      assertThat(encoded(cell, middle)).isEqualTo((bits & 1) == 0 ? bits : bits + 1);
      assertThat(encoded(cell, Math.nextDown(middle))).isEqualTo(bits);
      assertThat(encoded(cell, Math.nextUp(middle))).isEqualTo(bits + 1);
      assertThat(encoded(cell, -Math.nextUp(middle))).isEqualTo((bits + 1) | 0x8000);
      assertThat(new BigDecimal(middle).subtract(new BigDecimal(low)))
          .isEqualByComparingTo(new BigDecimal(high).subtract(new BigDecimal(middle)));
    }
  }

  /**
   * All 65,536 values of either format, as files are converted: widened they are what the bits say;
   * they, the middles between neighbours and the floats beside those narrow to the nearest.
   */
  @ParameterizedTest
  @EnumSource(names = {"F16", "BF16"})
  void everyNarrowFloatConvertsInBulk(DType dtype) {
    int count = 1 << 16;
    Tensor narrow = scope.allocate(dtype, Shape.of(count));
    for (int bits = 0; bits < count; bits++) {
      narrow.segment().setAtIndex(SHORT, bits, (short) bits);
    }
    float[] wide = scope.copy(narrow, DType.F32).toFloats();
    for (int bits = 0; bits < count; bits++) {
      float expected =
          dtype == DType.F16
              ? Float.float16ToFloat((short) bits)
              : Float.intBitsToFloat(bits << 16);
      assertThat(Float.floatToIntBits(wide[bits])).isEqualTo(Float.floatToIntBits(expected));
    }
    int infinity = dtype == DType.F16 ? 0x7c00 : 0x7f80;
    for (int sign = 0; sign < 2; sign++) {
      float[] floats = new float[4 * infinity];
      int[] expected = new int[4 * infinity];
      for (int bits = 0; bits < infinity; bits++) {
        float low = wide[bits];
        // Beyond the largest value the next would be; as far away again lies infinity.
        double high = bits + 1 < infinity ? wide[bits + 1] : 2.0 * low - wide[bits - 1];
        float middle = (float) ((low + high) / 2);
        float[] near = {low, Math.nextDown(middle), middle, Math.nextUp(middle)};
        int[] nearest = {bits, bits, bits + (bits & 1), bits + 1};
        for (int i = 0; i < 4; i++) {
          floats[4 * bits + i] = sign == 0 ? near[i] : -near[i];
          expected[4 * bits + i] = nearest[i] | sign << 15;
        }
      }
      Tensor rounded = scope.copy(scope.of(floats), dtype);
      for (int i = 0; i < floats.length; i++) {
        if (Short.toUnsignedInt(rounded.segment().getAtIndex(SHORT, i)) != expected[i]) {
          assertThat(Short.toUnsignedInt(rounded.segment().getAtIndex(SHORT, i)))
              .as("%s to %s", floats[i], dtype)
              .isEqualTo(expected[i]);
        }
      }
    }
  }

  @Test
  void narrowFloatsKeepSpecialValues() {
    for (DType dtype : new DType[] {DType.F16, DType.BF16}) {
      Tensor cell = scope.allocate(dtype, Shape.scalar());
      int infinity = dtype == DType.F16 ? 0x7c00 : 0x7f80;
      assertThat(encoded(cell, Double.MAX_VALUE)).isEqualTo(infinity);
      assertThat(encoded(cell, Double.NEGATIVE_INFINITY)).isEqualTo(infinity | 0x8000);
      assertThat(encoded(cell, -0.0)).isEqualTo(0x8000);
      assertThat(encoded(cell, Double.MIN_VALUE)).isZero();
      assertThat(encoded(cell, -Double.MIN_VALUE)).isEqualTo(0x8000);
      assertThat(encoded(cell, Double.NaN) & 0x7fff).isGreaterThan(infinity);
      float signalling = Float.intBitsToFloat(0x7f800001);
      cell.copyFrom(new float[] {signalling});
      assertThat(cell.segment().get(SHORT, 0) & 0x7fff).isGreaterThan(infinity);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void buffersOfEitherOrder(boolean direct) {
    for (ByteOrder order : new ByteOrder[] {ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN}) {
      ByteBuffer bytes = direct ? ByteBuffer.allocateDirect(48) : ByteBuffer.allocate(48);
      bytes.order(order);
      bytes.asFloatBuffer().put(new float[] {9, 1, 2, 3, 9});
      FloatBuffer floats = bytes.asFloatBuffer().position(1).limit(4);
      Tensor tensor = scope.allocate(DType.F64, Shape.of(3)).copyFrom(floats.asReadOnlyBuffer());
      assertThat(tensor.toDoubles()).containsExactly(1, 2, 3);
      assertThat(floats.position()).isEqualTo(1);
      bytes.asLongBuffer().put(new long[] {5, -6, 7});
      assertThat(tensor.copyFrom(bytes.asLongBuffer().limit(3)).toLongs())
          .containsExactly(5, -6, 7);
      bytes.asIntBuffer().put(new int[] {5, -6, 7});
      assertThat(tensor.copyFrom(bytes.asIntBuffer().limit(3)).toInts()).containsExactly(5, -6, 7);
      bytes.asDoubleBuffer().put(new double[] {.5, -6, 7});
      assertThat(tensor.copyFrom(bytes.asDoubleBuffer().limit(3)).toDoubles())
          .containsExactly(.5, -6, 7);
      bytes.put(0, (byte) 200);
      assertThat(tensor.copyFrom(bytes.limit(3)).getInt(0)).isEqualTo(200);
    }
    assertThatThrownBy(() -> scope.scalar(1f).copyFrom(CharBuffer.wrap("x")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static double decoded(Tensor cell, int bits) {
    cell.segment().set(SHORT, 0, (short) bits);
    return cell.getDouble();
  }

  private static int encoded(Tensor cell, double value) {
    cell.setDouble(value);
    return cell.segment().get(SHORT, 0) & 0xffff;
  }
}
