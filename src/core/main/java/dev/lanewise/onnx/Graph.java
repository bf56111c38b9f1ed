package dev.lanewise.onnx;

import dev.lanewise.autodiff.Tape;
import dev.lanewise.autodiff.Var;
import dev.lanewise.nn.Sequential;
import dev.lanewise.nn.SpectralNorm;
import dev.lanewise.tensor.DType;
import dev.lanewise.tensor.Scope;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * An ONNX graph in the making: nodes in the order of computation, and the constants they use. A
 * value is known by its name, which each method returns.
 *
 * <p>Field numbers are those of {@code onnx.proto}: GraphProto, NodeProto, AttributeProto,
 * TensorProto.
 */
final class Graph {
  static final int FLOAT = 1;
  static final int INT64 = 7;

  private final Proto nodes = new Proto();
  private final Proto initializers = new Proto();
  private final Set<String> initialized = new HashSet<>();
  private final Map<String, Tensor> normalized = new HashMap<>();
  private final Sequential model;
  private final Scope scope;
  private int count;

  /** A graph of the parameters and buffers of {@code model}, with copies in {@code scope}. */
  Graph(Sequential model, Scope scope) {
    this.model = model;
    this.scope = scope;
  }

  /** A named setting of a node: a long, a float or an array of longs. */
  record Attribute(String name, Object value) {
    private static final int TYPE_FLOAT = 1;
    private static final int TYPE_INT = 2;
    private static final int TYPE_INTS = 7;

    Proto proto() {
      Proto proto = new Proto().text(1, name);
      switch (value) {
        case Float f -> proto.decimal(2, f).number(20, TYPE_FLOAT);
        case Long i -> proto.number(3, i).number(20, TYPE_INT);
        case long[] list -> {
          Arrays.stream(list).forEach(i -> proto.number(8, i));
          proto.number(20, TYPE_INTS);
        }
        default -> throw new IllegalArgumentException("no attribute type for " + value);
      }
      return proto;
    }
  }

  static Attribute set(String name, long value) {
    return new Attribute(name, value);
  }

  static Attribute set(String name, double value) {
    return new Attribute(name, (float) value);
  }

  static Attribute set(String name, long[] values) {
    return new Attribute(name, values);
  }

  /** Adds a node of several inputs with settings, and one output. */
  String node(String operator, String[] inputs, Attribute... attributes) {
    return nodes(operator, 1, inputs, attributes)[0];
  }

  /** Adds a node without settings. */
  String node(String operator, String... inputs) {
    return nodes(operator, 1, inputs)[0];
  }

  /** Adds a node with several outputs. */
  String[] nodes(String operator, int outputs, String[] inputs, Attribute... attributes) {
    String name = operator.toLowerCase(Locale.ROOT) + "_" + count++;
    Proto node = new Proto();
    for (String input : inputs) {
      node.text(1, input);
    }
    String[] names = new String[outputs];
    for (int i = 0; i < outputs; i++) {
      names[i] = outputs == 1 ? name : name + "." + i;
      node.text(2, names[i]);
    }
    node.text(3, name).text(4, operator);
    for (Attribute attribute : attributes) {
      node.message(5, attribute.proto());
    }
    nodes.message(1, node);
    return names;
  }

  /** Names the result of the graph. */
  void output(String from, String name) {
    nodes.message(1, new Proto().text(1, from).text(2, name).text(3, name).text(4, "Identity"));
  }

  /** The parameter or buffer of a name in the model. */
  String parameter(String name) {
    return constant(name, tensor(name));
  }

  /** The same as another shape of equal size; it must be used as nothing else. */
  String parameter(String name, Shape shape) {
    return constant(name, tensor(name).reshape(shape));
  }

  /** Takes the weight of a layer from now on as it is after normalization. */
  void normalize(SpectralNorm layer, String path) {
    normalized.put(
        path + "weight", layer.weight(model, path.substring(0, path.length() - 1), scope));
  }

  /** The tensor of a parameter or buffer. */
  Tensor tensor(String name) {
    Tensor weight = normalized.get(name);
    if (weight != null) {
      return weight;
    }
    return model.store().values().contains(name)
        ? model.store().values().get(name)
        : model.state().get(name);
  }

  /** A constant of values of the model's, as F32. */
  String constant(String name, Tensor values) {
    if (initialized.add(name)) {
      Tensor dense = values;
      if (values.dtype() != DType.F32 || !values.isContiguous()) {
        dense = scope.copy(values, DType.F32);
      }
      initializer(name, FLOAT, dense.shape().dims(), dense.segment());
    }
    return name;
  }

  /** A constant of floats; no dimensions make a scalar. */
  String constant(String name, float[] values, long... dims) {
    if (initialized.add(name)) {
      initializer(name, FLOAT, dims, MemorySegment.ofArray(Proto.littleEndian(values)));
    }
    return name;
  }

  /** A constant: what {@code f} makes of {@code input}. */
  String constant(String name, Tensor input, UnaryOperator<Var> f) {
    try (Tape tape = Tape.open()) {
      return constant(name, scope.copy(f.apply(tape.constant(input)).tensor()));
    }
  }

  /**
   * A constant [1, rows, ...]: tensors one after the other, the blocks of rows of each in this
   * order.
   */
  String blocks(String name, int[] order, String... tensors) {
    if (!initialized.add(name)) {
      return name;
    }
    Shape first = tensor(tensors[0]).shape();
    Shape shape = first.with(0, first.dim(0) * tensors.length).insert(0, 1);
    Tensor all = scope.allocate(DType.F32, shape);
    long block = first.dim(0) / order.length;
    long at = 0;
    for (String tensor : tensors) {
      Tensor values = scope.copy(tensor(tensor), DType.F32);
      for (int from : order) {
        Tensor to = all.select(0, 0).slice(0, at, at + block);
        to.copyFrom(values.slice(0, from * block, (from + 1) * block));
        at += block;
      }
    }
    initializer(name, FLOAT, shape.dims(), all.segment());
    return name;
  }

  /** Zeros, to compute a constant from. */
  Tensor zeros(Shape shape) {
    return scope.zeros(DType.F32, shape);
  }

  /** The image [1, 1, n, n] with ones on its diagonal, to compute a constant from. */
  Tensor identity(long n) {
    Tensor one = zeros(Shape.of(1, 1, n, n));
    for (long i = 0; i < n; i++) {
      one.setFloat(1, 0, 0, i, i);
    }
    return one;
  }

  /** A scalar. */
  String scalar(double value) {
    return constant("scalar_" + (float) value, new float[] {(float) value});
  }

  /** A list of integers, as shapes and axes are. */
  String integers(long... values) {
    String name = "integers_" + Arrays.toString(values).replaceAll("[\\[\\] ]", "");
    if (initialized.add(name)) {
      byte[] bytes = Proto.littleEndian(values);
      initializer(name, INT64, new long[] {values.length}, MemorySegment.ofArray(bytes));
    }
    return name;
  }

  private void initializer(String name, int type, long[] dims, MemorySegment bytes) {
    Proto tensor = new Proto();
    for (long dim : dims) {
      tensor.number(1, dim);
    }
    initializers.message(5, tensor.number(2, type).text(8, name).bytes(9, bytes));
  }

  /** The GraphProto; samples and results have a batch axis of any length in front. */
  Proto proto(String name, String input, int inputType, Shape sample, String output, Shape result) {
    return new Proto()
        .fieldsOf(nodes)
        .text(2, name)
        .fieldsOf(initializers)
        .message(11, value(input, inputType, sample))
        .message(12, value(output, FLOAT, result));
  }

  private static Proto value(String name, int type, Shape sample) {
    Proto shape = new Proto().message(1, new Proto().text(2, "batch"));
    for (long dim : sample.dims()) {
      shape.message(1, new Proto().number(1, dim));
    }
    Proto tensor = new Proto().number(1, type).message(2, shape);
    return new Proto().text(1, name).message(2, new Proto().message(1, tensor));
  }
}
