package dev.lanewise.reference;

import dev.lanewise.autodiff.Tape;
import dev.lanewise.autodiff.Var;
import dev.lanewise.nn.Averaging;
import dev.lanewise.nn.Convolution;
import dev.lanewise.nn.Functional;
import dev.lanewise.nn.Loss;
import dev.lanewise.nn.Recurrence;
import dev.lanewise.tensor.Tensor;
import dev.lanewise.tensor.Window;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;

/** Cases of ops, layers and losses: outputs and gradients by a tape. */
final class GraphCases {

  /** A case on a tape: its inputs and parameters as variables. */
  record Inputs(ReferenceCase c, List<Var> in, Map<String, Var> params) {
    Var x() {
      return in.getFirst();
    }

    Var y() {
      return in.get(1);
    }

    Var param(String name) {
      return params.get(name);
    }

    int[] axes() {
      return c.ints("axes");
    }

    boolean keepdim() {
      return c.flag("keepdim");
    }

    Averaging averaging() {
      return Averaging.valueOf(c.text("reduction").toUpperCase(Locale.ROOT));
    }

    Window window(int axis, long kernel) {
      return new Window(
          kernel, each("stride", axis, 1), each("padding", axis, 0), each("dilation", axis, 1));
    }

    /** The windows of a pool, side by side unless told otherwise. */
    Window pool(int axis) {
      long kernel = each("kernel", axis, 1);
      return window(axis, kernel).stride(each("stride", axis, kernel));
    }

    /** An attribute that is one number for all axes or one for each. */
    long each(String attr, int axis, long otherwise) {
      var value = c.attr(attr);
      if (value == null) {
        return otherwise;
      }
      return value.isArray() ? value.get(axis).asLong() : value.asLong();
    }

    long ignoreIndex() {
      return (long) c.number("ignore_index", Loss.IGNORED);
    }

    boolean probabilities() {
      return c.has("targets") && c.text("targets").equals("probabilities");
    }

    List<Double> classWeights() {
      if (!c.has("weight")) {
        return List.of();
      }
      return Arrays.stream(c.tensor(c.text("weight")).toDoubles()).boxed().toList();
    }
  }

  /** Computes the outputs in order. */
  private interface Run extends BiFunction<Inputs, Var, List<Var>> {}

  private static final Map<String, Run> RUNS = new HashMap<>();

  private static void run(String name, BiFunction<Inputs, Var, Var> one) {
    RUNS.put(name, one.andThen(List::of)::apply);
  }

  static {
    run("abs", (i, x) -> x.abs());
    run("neg", (i, x) -> x.neg());
    run("square", (i, x) -> x.square());
    run("sqrt", (i, x) -> x.sqrt());
    run("rsqrt", (i, x) -> x.rsqrt());
    run("reciprocal", (i, x) -> x.reciprocal());
    run("exp", (i, x) -> x.exp());
    run("exp2", (i, x) -> x.exp2());
    run("expm1", (i, x) -> x.expm1());
    run("log", (i, x) -> x.log());
    run("log1p", (i, x) -> x.log1p());
    run("sin", (i, x) -> x.sin());
    run("cos", (i, x) -> x.cos());
    run("tanh", (i, x) -> x.tanh());
    run("erf", (i, x) -> x.erf());
    run("sigmoid", (i, x) -> x.sigmoid());
    run("relu", (i, x) -> x.relu());
    run("leaky_relu", (i, x) -> x.leakyRelu(i.c.number("slope", 0.01)));
    run("elu", (i, x) -> x.elu(i.c.number("alpha", 1)));
    run("selu", (i, x) -> x.selu());
    run("softplus", (i, x) -> x.softplus());
    run("logsigmoid", (i, x) -> x.logSigmoid());
    run("softsign", (i, x) -> x.softsign());
    run("silu", (i, x) -> x.silu());
    run("mish", (i, x) -> x.mish());
    run("gelu", (i, x) -> i.c.text("approximate").equals("tanh") ? x.geluTanh() : x.gelu());
    run("hardsigmoid", (i, x) -> x.hardSigmoid());
    run("hardswish", (i, x) -> x.hardSwish());
    run("clamp", (i, x) -> x.clamp(i.c.number("min"), i.c.number("max")));
    run("add", (i, x) -> x.add(i.y()));
    run("sub", (i, x) -> x.sub(i.y()));
    run("mul", (i, x) -> x.mul(i.y()));
    run("div", (i, x) -> x.div(i.y()));
    run("maximum", (i, x) -> x.maximum(i.y()));
    run("minimum", (i, x) -> x.minimum(i.y()));
    run("pow", (i, x) -> i.in.size() > 1 ? x.pow(i.y()) : x.pow(i.c.number("exponent")));
    run("where", (i, x) -> i.y().where(x.tensor(), i.in.get(2)));

    run("sum", (i, x) -> x.sum(i.keepdim(), i.axes()));
    run("mean", (i, x) -> x.mean(i.keepdim(), i.axes()));
    run("var", (i, x) -> x.var(i.c.number("correction"), i.keepdim(), i.axes()));
    run("norm", (i, x) -> x.norm(i.keepdim(), i.axes()));
    run("amax", (i, x) -> x.amax(i.keepdim(), i.axes()));
    run("amin", (i, x) -> x.amin(i.keepdim(), i.axes()));
    run("logsumexp", (i, x) -> x.logsumexp(i.keepdim(), i.axes()));
    run("sign", (i, x) -> x.sign());
    run("argmin", (i, x) -> x.argmin(i.c.integer("axis"), i.keepdim()));
    run("argmax", (i, x) -> x.argmax(i.c.integer("axis"), i.keepdim()));
    run("softmax", (i, x) -> x.softmax(i.c.integer("axis")));
    run("log_softmax", (i, x) -> x.logSoftmax(i.c.integer("axis")));
    run("cumsum", (i, x) -> x.cumsum(i.c.integer("axis")));

    run("matmul", (i, x) -> x.matmul(i.y()));
    run("reshape", (i, x) -> x.reshape(i.c.longs("shape")));
    run("transpose", (i, x) -> x.permute(i.axes()));
    run("slice", GraphCases::slice);
    run("pad", GraphCases::pad);
    run("concat", (i, x) -> x.concat(i.c.integer("axis"), others(i)));
    run("stack", (i, x) -> x.stack(i.c.integer("axis"), others(i)));
    run("gather", (i, x) -> x.gather(i.c.integer("axis"), i.y().tensor()));
    run("index_select", (i, x) -> x.indexSelect(i.c.integer("axis"), i.y().tensor()));

    run(
        "linear",
        (i, x) ->
            i.param("bias") == null
                ? x.matmul(i.param("weight").transpose())
                : x.linear(i.param("weight"), i.param("bias")));

    run("embedding", (i, x) -> Functional.embedding(x, i.param("weight")));
    run(
        "layer_norm",
        (i, x) -> Functional.layerNorm(x, i.param("weight"), i.param("bias"), i.c.number("eps")));
    run("rms_norm", (i, x) -> Functional.rmsNorm(x, i.param("weight"), i.c.number("eps")));
    run(
        "group_norm",
        (i, x) ->
            Functional.groupNorm(
                x, i.c.integer("groups"), i.param("weight"), i.param("bias"), i.c.number("eps")));
    RUNS.put("batch_norm", GraphCases::batchNorm);
    run(
        "scaled_dot_product_attention",
        (i, x) ->
            Functional.scaledDotProductAttention(
                x, i.y(), i.in.get(2), i.in.size() > 3 ? i.in.get(3) : null, i.c.flag("causal")));
    run(
        "multi_head_attention",
        (i, x) ->
            Functional.multiHeadAttention(
                x,
                i.c.integer("heads"),
                i.param("in_weight"),
                i.param("in_bias"),
                i.param("out_weight"),
                i.param("out_bias"),
                i.c.flag("causal")));
    RUNS.put("rnn_tanh", (i, x) -> recurrent(i, x, Recurrence::rnnTanh));
    RUNS.put("gru", (i, x) -> recurrent(i, x, Recurrence::gru));
    RUNS.put("lstm", GraphCases::lstm);
    run(
        "conv1d",
        (i, x) ->
            Convolution.conv1d(
                x,
                i.param("weight"),
                i.param("bias"),
                i.window(0, i.param("weight").shape().dim(2)),
                (long) i.c.number("groups", 1)));
    run(
        "conv2d",
        (i, x) ->
            Convolution.conv2d(
                x,
                i.param("weight"),
                i.param("bias"),
                i.window(0, i.param("weight").shape().dim(2)),
                i.window(1, i.param("weight").shape().dim(3)),
                (long) i.c.number("groups", 1)));
    run(
        "conv_transpose2d",
        (i, x) ->
            Convolution.convTranspose2d(
                x,
                i.param("weight"),
                i.param("bias"),
                i.window(0, i.param("weight").shape().dim(2)),
                i.window(1, i.param("weight").shape().dim(3)),
                (long) i.c.number("output_padding", 0),
                (long) i.c.number("groups", 1)));
    run("max_pool2d", (i, x) -> Convolution.maxPool2d(x, i.pool(0), i.pool(1)));
    run(
        "avg_pool2d",
        (i, x) ->
            Convolution.avgPool2d(x, i.pool(0), i.pool(1), i.c.flag("count_include_pad", true)));

    run("mse", (i, x) -> new Loss.MeanSquaredError(i.averaging()).of(x, i.y()));
    run("bce_with_logits", (i, x) -> new Loss.BceWithLogits(List.of(), i.averaging()).of(x, i.y()));
    run("l1", (i, x) -> new Loss.AbsoluteError(i.averaging()).of(x, i.y()));
    run("huber", (i, x) -> new Loss.Huber(i.c.number("delta"), i.averaging()).of(x, i.y()));
    run("smooth_l1", (i, x) -> new Loss.SmoothL1(i.c.number("beta"), i.averaging()).of(x, i.y()));
    run("hinge", (i, x) -> new Loss.Hinge(i.averaging()).of(x, i.y()));
    run(
        "kl_div",
        (i, x) -> new Loss.KlDivergence(i.averaging()).of(x.logSoftmax(-1), i.y().softmax(-1)));
    run(
        "nll",
        (i, x) ->
            new Loss.NegativeLogLikelihood(i.ignoreIndex(), i.classWeights(), i.averaging())
                .of(x.logSoftmax(-1), i.y()));
    run(
        "focal",
        (i, x) ->
            new Loss.Focal(i.c.number("gamma"), i.ignoreIndex(), i.classWeights(), i.averaging())
                .of(x, i.y()));
    run(
        "cross_entropy",
        (i, x) ->
            new Loss.CrossEntropy(
                    i.c.number("label_smoothing", 0),
                    i.ignoreIndex(),
                    i.classWeights(),
                    i.averaging())
                .of(x, i.probabilities() ? i.y().softmax(-1) : i.y()));
  }

  private GraphCases() {}

  static boolean knows(String name) {
    return RUNS.containsKey(name);
  }

  private static Var[] others(Inputs i) {
    return i.in.subList(1, i.in.size()).toArray(Var[]::new);
  }

  private static List<Var> batchNorm(Inputs i, Var x) {
    Functional.BatchNormalized result =
        Functional.batchNorm(
            x,
            i.y(),
            i.in.get(2),
            i.param("weight"),
            i.param("bias"),
            i.c.flag("training"),
            i.c.number("momentum"),
            i.c.number("eps"));
    return List.of(result.y(), result.runningMean(), result.runningVar());
  }

  private interface Recurrent {
    Recurrence.Output of(Var x, Var hidden, Var weightIh, Var weightHh, Var biasIh, Var biasHh);
  }

  private static List<Var> recurrent(Inputs i, Var x, Recurrent f) {
    Recurrence.Output result =
        f.of(
            x,
            i.y(),
            i.param("weight_ih"),
            i.param("weight_hh"),
            i.param("bias_ih"),
            i.param("bias_hh"));
    return List.of(result.output(), result.hidden());
  }

  private static List<Var> lstm(Inputs i, Var x) {
    Recurrence.LstmOutput result =
        Recurrence.lstm(
            x,
            i.y(),
            i.in.get(2),
            i.param("weight_ih"),
            i.param("weight_hh"),
            i.param("bias_ih"),
            i.param("bias_hh"));
    return List.of(result.output(), result.hidden(), result.cell());
  }

  private static Var slice(Inputs i, Var x) {
    long[] starts = i.c.longs("starts");
    long[] ends = i.c.longs("ends");
    Var y = x;
    for (int axis = 0; axis < starts.length; axis++) {
      y = y.slice(axis, starts[axis], ends[axis]);
    }
    return y;
  }

  private static Var pad(Inputs i, Var x) {
    var pads = i.c.attr("pads");
    long[][] widths = new long[pads.size()][];
    for (int axis = 0; axis < widths.length; axis++) {
      widths[axis] = new long[] {pads.get(axis).get(0).asLong(), pads.get(axis).get(1).asLong()};
    }
    return x.pad(widths, i.c.number("value"));
  }

  static void run(ReferenceCase c) {
    boolean sums =
        c.kind().equals("layer") || c.name().equals("matmul") || c.name().equals("attention");
    double rtol = sums ? 1e-4 : 1e-5;
    double atol = sums ? 1e-5 : 1e-6;
    try (var tape = Tape.open()) {
      List<Var> in = new ArrayList<>();
      for (Tensor t : c.numbered("in.")) {
        in.add(t.dtype().isFloating() ? tape.variable(t) : tape.constant(t));
      }
      Map<String, Var> params = new TreeMap<>();
      c.tensors()
          .forEach(
              (key, t) -> {
                if (key.startsWith("param.")) {
                  params.put(key.substring(6), tape.variable(t));
                }
              });
      List<Var> out = RUNS.get(c.name()).apply(new Inputs(c, in, params), in.getFirst());
      Var total = null;
      for (int k = 0; k < out.size(); k++) {
        c.close("out." + k, out.get(k).tensor(), c.tensor("out." + k), rtol, atol);
        Tensor cotangent = c.tensor("cot." + k);
        if (cotangent != null) {
          Var seed = tape.constant(cotangent.reshape(out.get(k).shape().dims()));
          Var product = out.get(k).mul(seed).sum();
          total = total == null ? product : total.add(product);
        }
      }
      if (total == null) {
        return;
      }
      tape.backward(total);
      for (int k = 0; k < in.size(); k++) {
        Tensor expected = c.tensor("grad.in." + k);
        if (expected != null) {
          c.close("grad.in." + k, tape.gradient(in.get(k)), expected, rtol, atol);
        }
      }
      params.forEach(
          (name, v) -> {
            Tensor expected = c.tensor("grad.param." + name);
            c.close("grad.param." + name, tape.gradient(v), expected, rtol, atol);
          });
    }
  }
}
