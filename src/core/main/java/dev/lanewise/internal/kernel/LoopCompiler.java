package dev.lanewise.internal.kernel;

import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.AccessFlag;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Turns lane expressions into loops: one hidden class per (expressions, precision, width, broadcast
 * inputs), whose methods are straight lines of Vector API calls. C2 sees what it would see of a
 * loop written by hand: no lambda, no dispatch, nothing to inline but the Vector API itself, so
 * vectors stay in registers and nothing is allocated, however long the expression.
 */
public final class LoopCompiler {

  /** The {@code bits} of a loop without vectors: the scalar twin. */
  public static final int SCALAR = 0;

  private static final ClassDesc MAP_LOOP = MapLoop.class.describeConstable().orElseThrow();
  private static final ClassDesc REDUCE_LOOP = ReduceLoop.class.describeConstable().orElseThrow();
  static final MethodTypeDesc MAP_RUN = MethodTypeDesc.ofDescriptor("([J[J[DJII)V");
  static final MethodTypeDesc REDUCE_RUN = MethodTypeDesc.ofDescriptor("([J[J[DJIIJJ)D");

  /**
   * The second method of a loop by vectors. Of an elementwise loop it does what whole vectors leave
   * of each row; of a reduction, whole rows that are no multiple of the virtual lanes.
   */
  static final String RAGGED = "ragged";

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
    return (MapLoop)
        define(
            MAP_LOOP,
            MAP_RUN,
            emitter(precision, bits, broadcast, outputs),
            bits == SCALAR
                ? List.of(new Method("run", LoopEmitter::mapByScalars))
                : List.of(
                    new Method("run", e -> e.mapByVectors(compiled(MAP_LOOP))),
                    new Method(RAGGED, LoopEmitter::mapRagged)));
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
    return (ReduceLoop)
        define(
            REDUCE_LOOP,
            REDUCE_RUN,
            emitter(precision, bits, broadcast, expression),
            bits == SCALAR
                ? List.of(new Method("run", e -> e.reduceByScalars(reduction)))
                : List.of(
                    new Method("run", e -> e.reduceByVectors(compiled(REDUCE_LOOP), reduction)),
                    new Method(RAGGED, e -> e.reduceRagged(reduction))));
  }

  /** A method of a loop: of the type of {@code run}, written by {@code body}. */
  private record Method(String name, Consumer<LoopEmitter> body) {}

  private static Function<CodeBuilder, LoopEmitter> emitter(
      Precision precision, int bits, long broadcast, Expr... expressions) {
    Expr[] expanded = Arrays.stream(expressions).map(e -> e.expand(precision)).toArray(Expr[]::new);
    return code -> new LoopEmitter(code, precision, bits, broadcast, expanded);
  }

  /** The class of all loops of one interface, as they name themselves. */
  private static ClassDesc compiled(ClassDesc type) {
    return type.nested("Compiled");
  }

  private static Object define(
      ClassDesc type,
      MethodTypeDesc run,
      Function<CodeBuilder, LoopEmitter> emitter,
      List<Method> methods) {
    byte[] bytes =
        ClassFile.of()
            .build(
                compiled(type),
                c -> {
                  c.withFlags(AccessFlag.FINAL).withInterfaceSymbols(type);
                  c.withMethodBody(
                      ConstantDescs.INIT_NAME,
                      ConstantDescs.MTD_void,
                      0,
                      code ->
                          code.aload(0)
                              .invokespecial(
                                  ConstantDescs.CD_Object,
                                  ConstantDescs.INIT_NAME,
                                  ConstantDescs.MTD_void)
                              .return_());
                  for (Method method : methods) {
                    c.withMethodBody(
                        method.name,
                        run,
                        ClassFile.ACC_PUBLIC,
                        code -> method.body.accept(emitter.apply(code)));
                  }
                });
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
