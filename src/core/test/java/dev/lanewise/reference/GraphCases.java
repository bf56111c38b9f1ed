package dev.lanewise.reference;

import dev.lanewise.autodiff.Tape;
import dev.lanewise.autodiff.Var;
import dev.lanewise.nn.Averaging;
import dev.lanewise.nn.Loss;
import dev.lanewise.tensor.DType;
import dev.lanewise.tensor.Tensor;
import java.util.ArrayList;
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
  }

  private interface Run extends BiFunction<Inputs, Var, Var> {}

  private static final Map<String, Run> RUNS = new HashMap<>();

  static {
    RUNS.put("abs", (i, x) -> x.abs());
    RUNS.put("neg", (i, x) -> x.neg());
    RUNS.put("square", (i, x) -> x.square());
    RUNS.put("sqrt", (i, x) -> x.sqrt());
    RUNS.put("rsqrt", (i, x) -> x.rsqrt());
    RUNS.put("reciprocal", (i, x) -> x.reciprocal());
    RUNS.put("exp", (i, x) -> x.exp());
    RUNS.put("expm1", (i, x) -> x.expm1());
    RUNS.put("log", (i, x) -> x.log());
    RUNS.put("log1p", (i, x) -> x.log1p());
    RUNS.put("sin", (i, x) -> x.sin());
    RUNS.put("cos", (i, x) -> x.cos());
    RUNS.put("tanh", (i, x) -> x.tanh());
    RUNS.put("erf", (i, x) -> x.erf());
    RUNS.put("sigmoid", (i, x) -> x.sigmoid());
    RUNS.put("relu", (i, x) -> x.relu());
    RUNS.put("leaky_relu", (i, x) -> x.leakyRelu(i.c.number("slope")));
    RUNS.put("elu", (i, x) -> x.elu(1));
    RUNS.put("selu", (i, x) -> x.selu());
    RUNS.put("softplus", (i, x) -> x.softplus());
    RUNS.put("logsigmoid", (i, x) -> x.logSigmoid());
    RUNS.put("softsign", (i, x) -> x.softsign());
    RUNS.put("silu", (i, x) -> x.silu());
    RUNS.put("mish", (i, x) -> x.mish());
    RUNS.put("gelu", (i, x) -> i.c.text("approximate").equals("tanh") ? x.geluTanh() : x.gelu());
    RUNS.put("hardsigmoid", (i, x) -> x.hardSigmoid());
    RUNS.put("hardswish", (i, x) -> x.hardSwish());
    RUNS.put("clamp", (i, x) -> x.clamp(i.c.number("min"), i.c.number("max")));
    RUNS.put("add", (i, x) -> x.add(i.y()));
    RUNS.put("sub", (i, x) -> x.sub(i.y()));
    RUNS.put("mul", (i, x) -> x.mul(i.y()));
    RUNS.put("div", (i, x) -> x.div(i.y()));
    RUNS.put("maximum", (i, x) -> x.maximum(i.y()));
    RUNS.put("minimum", (i, x) -> x.minimum(i.y()));
    RUNS.put("pow", (i, x) -> i.in.size() > 1 ? x.pow(i.y()) : x.pow(i.c.number("exponent")));
    RUNS.put("where", (i, x) -> i.y().where(x.tensor(), i.in.get(2)));

    RUNS.put("sum", (i, x) -> x.sum(i.keepdim(), i.axes()));
    RUNS.put("mean", (i, x) -> x.mean(i.keepdim(), i.axes()));
    RUNS.put("var", (i, x) -> x.var(i.c.number("correction"), i.keepdim(), i.axes()));
    RUNS.put("norm", (i, x) -> x.norm(i.keepdim(), i.axes()));
    RUNS.put("amax", (i, x) -> x.amax(i.keepdim(), i.axes()));
    RUNS.put("amin", (i, x) -> x.amin(i.keepdim(), i.axes()));
    RUNS.put("logsumexp", (i, x) -> x.logsumexp(i.keepdim(), i.axes()));
    RUNS.put("argmax", (i, x) -> x.argmax(i.c.integer("axis"), i.keepdim()));
    RUNS.put("softmax", (i, x) -> x.softmax(i.c.integer("axis")));
    RUNS.put("log_softmax", (i, x) -> x.logSoftmax(i.c.integer("axis")));
    RUNS.put("cumsum", (i, x) -> x.cumsum(i.c.integer("axis")));

    RUNS.put("matmul", (i, x) -> x.matmul(i.y()));
    RUNS.put("reshape", (i, x) -> x.reshape(i.c.longs("shape")));
    RUNS.put("transpose", (i, x) -> x.permute(i.axes()));
    RUNS.put("slice", GraphCases::slice);
    RUNS.put("pad", GraphCases::pad);
    RUNS.put("concat", (i, x) -> x.concat(i.c.integer("axis"), others(i)));
    RUNS.put("stack", (i, x) -> x.stack(i.c.integer("axis"), others(i)));
    RUNS.put("gather", (i, x) -> x.gather(i.c.integer("axis"), i.y().tensor()));
    RUNS.put("index_select", (i, x) -> x.indexSelect(i.c.integer("axis"), i.y().tensor()));

    RUNS.put("linear", (i, x) -> x.linear(i.param("weight"), i.param("bias")));

    RUNS.put("mse", (i, x) -> new Loss.MeanSquaredError(i.averaging()).of(x, i.y()));
    RUNS.put("bce_with_logits", (i, x) -> new Loss.BceWithLogits(i.averaging()).of(x, i.y()));
    RUNS.put(
        "cross_entropy",
        (i, x) ->
            new Loss.CrossEntropy(i.c.number("label_smoothing", 0), i.averaging()).of(x, i.y()));
  }

  private GraphCases() {}

  static boolean knows(String name) {
    return RUNS.containsKey(name);
  }

  private static Var[] others(Inputs i) {
    return i.in.subList(1, i.in.size()).toArray(Var[]::new);
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
    var pads = i.c.attrs().get("pads");
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
        in.add(t.dtype() == DType.F32 ? tape.variable(t) : tape.constant(t));
      }
      Map<String, Var> params = new TreeMap<>();
      c.tensors()
          .forEach(
              (key, t) -> {
                if (key.startsWith("param.")) {
                  params.put(key.substring(6), tape.variable(t));
                }
              });
      Var out = RUNS.get(c.name()).apply(new Inputs(c, in, params), in.getFirst());
      c.close("out.0", out.tensor(), c.tensor("out.0"), rtol, atol);
      Tensor cotangent = c.tensor("cot.0");
      if (cotangent == null) {
        return;
      }
      tape.backward(out, cotangent.reshape(out.shape().dims()));
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
