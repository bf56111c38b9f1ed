package dev.lanewise.optim;

import dev.lanewise.engine.Engine;
import dev.lanewise.engine.EngineOptions;
import dev.lanewise.engine.KernelChoice;
import dev.lanewise.engine.Mode;
import dev.lanewise.tensor.DType;
import dev.lanewise.tensor.Parameters;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import dev.lanewise.tensor.TensorStore;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/** What the tests of this package run on. */
final class Cases {

  private Cases() {}

  /** Every algorithm, with the settings that change its rule. */
  static List<Optimizer> optimizers() {
    return List.of(
        GradientDescent.of(0.1),
        Sgd.of(0.1),
        Sgd.of(0.1).momentum(0.9).dampening(0.2).weightDecay(0.01),
        Sgd.of(0.1).momentum(0.9).nesterov(true),
        RmsProp.of(),
        RmsProp.of().centered(true).momentum(0.5).weightDecay(0.01),
        Adagrad.of().lrDecay(0.1).initialAccumulatorValue(0.5),
        Adadelta.of(),
        Adam.of(),
        Adam.of().amsgrad(true).weightDecay(0.01),
        AdamW.of(),
        AdamW.of().amsgrad(true),
        Adamax.of(),
        NAdam.of(),
        RAdam.of(),
        Rprop.of(),
        Lion.of().weightDecay(0.1),
        Lookahead.of(Adam.of()));
  }

  static Engine engine(KernelChoice kernels, int threads) {
    return Engine.of(new EngineOptions(threads, Mode.STRICT, kernels));
  }

  /** Tensors of one element, of a few, of several chunks, and of none; values are random. */
  static Parameters parameters(DType dtype) {
    var builder = TensorStore.builder(dtype).label("test");
    builder.add("w", Shape.of(301, 300)).add("b", Shape.of(7)).add("s", Shape.scalar());
    Parameters parameters = new Parameters(builder.add("none", Shape.of(0)).build());
    randomize(parameters.values(), 1, 2);
    return parameters;
  }

  /** Normally distributed numbers around 0; every eleventh is 0. */
  static void randomize(TensorStore store, long seed, double spread) {
    SplittableRandom random = new SplittableRandom(seed);
    for (String name : store.names()) {
      double[] data = new double[(int) store.get(name).size()];
      Arrays.setAll(data, i -> i % 11 == 10 ? 0 : spread * random.nextGaussian());
      store.get(name).copyFrom(data);
    }
  }

  /** Values and slots, slab by slab, with their padding. */
  static Map<String, double[]> contents(Parameters parameters, OptimizerState state) {
    Map<String, double[]> all = new TreeMap<>();
    all.put("values", parameters.values().flat().toDoubles());
    state.slots().forEach((name, store) -> all.put(name, store.flat().toDoubles()));
    return all;
  }

  /** The sum of magnitudes between the tensors of {@code store}. */
  static double padding(TensorStore store) {
    double[] flat = store.flat().toDoubles();
    for (String name : store.names()) {
      Tensor tensor = store.get(name);
      int from = (int) ((tensor.address() - store.flat().address()) / store.dtype().bytes());
      Arrays.fill(flat, from, from + (int) tensor.size(), 0);
    }
    return Arrays.stream(flat).map(Math::abs).sum();
  }
}
