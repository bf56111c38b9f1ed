package dev.lanewise.reference;

import dev.lanewise.optim.Adadelta;
import dev.lanewise.optim.Adagrad;
import dev.lanewise.optim.Adam;
import dev.lanewise.optim.AdamW;
import dev.lanewise.optim.Adamax;
import dev.lanewise.optim.Clipping;
import dev.lanewise.optim.Lion;
import dev.lanewise.optim.NAdam;
import dev.lanewise.optim.Optimizer;
import dev.lanewise.optim.OptimizerState;
import dev.lanewise.optim.RAdam;
import dev.lanewise.optim.RmsProp;
import dev.lanewise.optim.Rprop;
import dev.lanewise.optim.Schedule;
import dev.lanewise.optim.Sgd;
import dev.lanewise.tensor.DType;
import dev.lanewise.tensor.Parameters;
import dev.lanewise.tensor.Scope;
import dev.lanewise.tensor.Tensor;
import dev.lanewise.tensor.TensorStore;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/** Cases of optimizers (trajectories), gradient clipping and schedules. */
final class OptimizerCases {
  private static final double RTOL = 2e-5;
  private static final double ATOL = 1e-6;

  private static final Map<String, Function<ReferenceCase, Optimizer>> OPTIMIZERS = new HashMap<>();
  private static final Map<String, Function<ReferenceCase, Schedule>> SCHEDULES = new HashMap<>();

  static {
    OPTIMIZERS.put(
        "sgd",
        c ->
            new Sgd(
                c.number("lr"),
                c.number("momentum", 0),
                c.number("dampening", 0),
                c.flag("nesterov"),
                c.number("weight_decay", 0)));
    OPTIMIZERS.put(
        "rmsprop",
        c ->
            new RmsProp(
                c.number("lr"),
                c.number("alpha"),
                c.number("eps"),
                c.number("weight_decay", 0),
                c.number("momentum", 0),
                c.flag("centered")));
    OPTIMIZERS.put(
        "adagrad",
        c ->
            new Adagrad(
                c.number("lr"),
                c.number("lr_decay"),
                c.number("weight_decay", 0),
                c.number("initial_accumulator_value", 0),
                c.number("eps")));
    OPTIMIZERS.put(
        "adadelta",
        c ->
            new Adadelta(
                c.number("lr"), c.number("rho"), c.number("eps"), c.number("weight_decay", 0)));
    OPTIMIZERS.put(
        "adam",
        c ->
            new Adam(
                c.number("lr"),
                c.first("betas"),
                c.second("betas"),
                c.number("eps"),
                c.number("weight_decay", 0),
                c.flag("amsgrad")));
    OPTIMIZERS.put(
        "adamw",
        c ->
            new AdamW(
                c.number("lr"),
                c.first("betas"),
                c.second("betas"),
                c.number("eps"),
                c.number("weight_decay"),
                c.flag("amsgrad")));
    OPTIMIZERS.put(
        "adamax",
        c ->
            new Adamax(
                c.number("lr"),
                c.first("betas"),
                c.second("betas"),
                c.number("eps"),
                c.number("weight_decay", 0)));
    OPTIMIZERS.put(
        "nadam",
        c ->
            NAdam.of(c.number("lr"))
                .betas(c.first("betas"), c.second("betas"))
                .eps(c.number("eps"))
                .weightDecay(c.number("weight_decay", 0))
                .momentumDecay(c.number("momentum_decay")));
    OPTIMIZERS.put(
        "radam",
        c ->
            new RAdam(
                c.number("lr"),
                c.first("betas"),
                c.second("betas"),
                c.number("eps"),
                c.number("weight_decay", 0)));
    OPTIMIZERS.put(
        "rprop",
        c ->
            new Rprop(
                c.number("lr"),
                c.first("etas"),
                c.second("etas"),
                c.first("step_sizes"),
                c.second("step_sizes")));
    OPTIMIZERS.put(
        "lion",
        c ->
            new Lion(
                c.number("lr"), c.first("betas"), c.second("betas"), c.number("weight_decay")));

    SCHEDULES.put("step", c -> Schedule.step(c.integer("step_size"), c.number("gamma")));
    SCHEDULES.put(
        "multi_step",
        c ->
            Schedule.multiStep(
                c.number("gamma"),
                Arrays.stream(c.longs("milestones")).boxed().toArray(Long[]::new)));
    SCHEDULES.put("exponential", c -> Schedule.exponential(c.number("gamma")));
    SCHEDULES.put(
        "linear",
        c -> Schedule.linear(c.number("start_factor"), c.number("end_factor"), c.integer("total")));
    SCHEDULES.put("polynomial", c -> Schedule.polynomial(c.integer("total"), c.number("power")));
    SCHEDULES.put("cosine", c -> Schedule.cosine(c.integer("t_max"), c.number("eta_min")));
    SCHEDULES.put(
        "cosine_restarts",
        c -> Schedule.cosineRestarts(c.integer("t_0"), c.integer("t_mult"), c.number("eta_min")));
    SCHEDULES.put(
        "one_cycle",
        c ->
            new Schedule.OneCycle(
                c.number("max_lr"),
                c.integer("total"),
                c.number("pct_start"),
                c.number("div_factor"),
                c.number("final_div_factor"),
                false,
                0,
                0,
                Schedule.OneCycle.Anneal.valueOf(c.text("anneal").toUpperCase(Locale.ROOT))));
    SCHEDULES.put(
        "sequential(linear, cosine)",
        c ->
            Schedule.warmup(c.integer("warmup"), c.number("start_factor"))
                .then(
                    c.integer("warmup"), Schedule.cosine(c.integer("t_max"), c.number("eta_min"))));
  }

  private OptimizerCases() {}

  static boolean knows(String name) {
    return name.equals("clip_grad_norm")
        || OPTIMIZERS.containsKey(name)
        || SCHEDULES.containsKey(name);
  }

  static void run(ReferenceCase c) {
    if (c.kind().equals("schedule")) {
      schedule(c);
    } else if (c.name().equals("clip_grad_norm")) {
      clip(c);
    } else {
      trajectory(c);
    }
  }

  private static void schedule(ReferenceCase c) {
    Schedule schedule = SCHEDULES.get(c.name()).apply(c);
    double[] rates = new double[c.integer("steps")];
    for (int step = 0; step < rates.length; step++) {
      rates[step] = schedule.rate(c.number("base_lr"), step);
    }
    try (var scope = Scope.open()) {
      c.close("lr", scope.of(rates, rates.length), c.tensor("lr"), 1e-6, 1e-9);
    }
  }

  private static Parameters parameters(List<Tensor> like) {
    TensorStore.Builder builder = TensorStore.builder(DType.F32);
    for (int k = 0; k < like.size(); k++) {
      builder.add("p" + k, like.get(k).shape());
    }
    return new Parameters(builder.build());
  }

  private static void copy(List<Tensor> from, TensorStore to) {
    for (int k = 0; k < from.size(); k++) {
      to.get("p" + k).copyFrom(from.get(k));
    }
  }

  private static void trajectory(ReferenceCase c) {
    List<Tensor> initial = c.numbered("init.");
    try (Parameters parameters = parameters(initial);
        OptimizerState state = OPTIMIZERS.get(c.name()).apply(c).start(parameters)) {
      copy(initial, parameters.values());
      for (int t = 1; t <= c.integer("steps"); t++) {
        copy(c.numbered("grad." + t + "."), parameters.gradients());
        state.step(parameters);
        List<Tensor> expected = c.numbered("after." + t + ".");
        for (int k = 0; k < expected.size(); k++) {
          c.close(
              "after." + t + "." + k,
              parameters.values().get("p" + k),
              expected.get(k),
              RTOL,
              ATOL);
        }
      }
    }
  }

  /** One plain step with rate 1 from zero leaves the negative of the clipped gradient. */
  private static void clip(ReferenceCase c) {
    List<Tensor> gradients = c.numbered("grad.");
    double type = c.attr("norm_type").isString() ? Double.POSITIVE_INFINITY : c.number("norm_type");
    try (Parameters parameters = parameters(gradients);
        Scope scope = Scope.open();
        OptimizerState state =
            Sgd.of(1).clip(Clipping.norm(c.number("max_norm"), type)).start(parameters)) {
      copy(gradients, parameters.gradients());
      c.close(
          "total_norm",
          scope.of(new double[] {state.gradientNorm()}, 1),
          c.tensor("total_norm"),
          1e-5,
          1e-6);
      state.step();
      for (int k = 0; k < gradients.size(); k++) {
        Tensor clipped = scope.copy(parameters.values().get("p" + k));
        double[] negated = Arrays.stream(clipped.toDoubles()).map(v -> -v).toArray();
        c.close("clipped." + k, clipped.copyFrom(negated), c.tensor("clipped." + k), 1e-5, 1e-6);
      }
    }
  }
}
