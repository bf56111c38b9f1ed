package dev.lanewise.internal.kernel;

import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.AccessFlag;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * Turns lane expressions into loops: one hidden class per (expressions, precision, width, broadcast
 * inputs), whose one method is a straight line of Vector API calls with a scalar tail. C2 sees what
 * it would see of a loop written by hand: no lambda, no dispatch, nothing to inline but the Vector
 * API itself, so vectors stay in registers and nothing is allocated, however long the expression.
 */
public final class LoopCompiler {

  /** The {@code bits} of a loop without vectors: the scalar twin. */
  public static final int SCALAR = 0;

  private static final ClassDesc MAP_LOOP = MapLoop.class.describeConstable().orElseThrow();
  private static final ClassDesc REDUCE_LOOP = ReduceLoop.class.describeConstable().orElseThrow();
  private static final MethodTypeDesc MAP_RUN = MethodTypeDesc.ofDescriptor("([J[J[DJII)V");
  private static final MethodTypeDesc REDUCE_RUN = MethodTypeDesc.ofDescriptor("([J[J[DJIIJJ)D");

  private LoopCompiler() {}

  /**
   * An elementwise loop: {@code outputs[k][i] = expression k of inputs[..][i]}.
   *
   * @param precision of all inputs and outputs
   * @param bits vector width (128, 256, 512) or {@link #SCALAR}
   * @param broadcast bit j set: input j is a single element per row, used for all i
   * @param outputs the expressions; they share subtrees
   */
  public static MapLoop map(Precision precision, int bits, long broadcast, Expr... outputs) {
    Expr[] expanded = expand(precision, outputs);
    return (MapLoop)
        define(
            MAP_LOOP,
            MAP_RUN,
            code -> new LoopEmitter(code, precision, bits, broadcast, expanded).map());
  }

  /**
   * The reduction of one block by reduce-v1, after {@code expression} has been applied to each
   * element.
   *
   * @param precision of the inputs and the result
   * @param bits vector width (128, 256, 512) or {@link #SCALAR}
   * @param broadcast bit j set: input j is a single element per row, used for all i
   */
  public static ReduceLoop reduce(
      Precision precision, int bits, long broadcast, Reduction reduction, Expr expression) {
    Expr[] expanded = expand(precision, expression);
    return (ReduceLoop)
        define(
            REDUCE_LOOP,
            REDUCE_RUN,
            code -> new LoopEmitter(code, precision, bits, broadcast, expanded).reduce(reduction));
  }

  private static Expr[] expand(Precision precision, Expr... expressions) {
    return Arrays.stream(expressions).map(e -> e.expand(precision)).toArray(Expr[]::new);
  }

  private static Object define(ClassDesc type, MethodTypeDesc run, Consumer<CodeBuilder> body) {
    ClassDesc name = type.nested("Compiled");
    byte[] bytes =
        ClassFile.of()
            .build(
                name,
                c ->
                    c.withFlags(AccessFlag.FINAL)
                        .withInterfaceSymbols(type)
                        .withMethodBody(
                            ConstantDescs.INIT_NAME,
                            ConstantDescs.MTD_void,
                            0,
                            code ->
                                code.aload(0)
                                    .invokespecial(
                                        ConstantDescs.CD_Object,
                                        ConstantDescs.INIT_NAME,
                                        ConstantDescs.MTD_void)
                                    .return_())
                        .withMethodBody("run", run, ClassFile.ACC_PUBLIC, body));
    try {
      var lookup = MethodHandles.lookup().defineHiddenClass(bytes, true);
      return lookup
          .findConstructor(lookup.lookupClass(), java.lang.invoke.MethodType.methodType(void.class))
          .invoke();
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("a compiled loop could not be instantiated", e);
    }
  }
}
