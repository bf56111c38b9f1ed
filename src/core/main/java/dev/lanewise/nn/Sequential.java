package dev.lanewise.nn;

import dev.lanewise.autodiff.Tape;
import dev.lanewise.autodiff.Var;
import dev.lanewise.tensor.DType;
import dev.lanewise.tensor.Parameters;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.TensorStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Layers one after the other, and the owner of their parameters and buffers. These are called by
 * the layer's position and their name in it, such as {@code 0.weight}. They exist from {@link
 * #initialize} on (the first use initializes with seed 0 and F32) until {@link #close}.
 */
public final class Sequential implements Layer, AutoCloseable {
  private final List<Layer> layers;

  /**
   * The positions of the layers in the order in which they are computed: a rectifier changes places
   * with a maximum that follows, for the result is the same and the elements are fewer.
   */
  private final List<Integer> order;

  private @Nullable Parameters parameters;
  private @Nullable TensorStore state;

  private Sequential(List<Layer> layers) {
    this.layers = layers;
    order = new ArrayList<>(IntStream.range(0, layers.size()).boxed().toList());
    for (int i = 1; i < layers.size(); i++) {
      if (layers.get(i - 1) == Activation.RELU && layers.get(i) instanceof MaxPool2d) {
        Collections.swap(order, i - 1, i);
      }
    }
  }

  /**
   * Puts layers one after the other. Memory is taken by {@link #initialize}.
   *
   * @param layers in order
   * @return the network, to be closed
   */
  public static Sequential of(Layer... layers) {
    return new Sequential(List.of(layers));
  }

  /** {@return the layers in order, unmodifiable} */
  public List<Layer> layers() {
    return layers;
  }

  /**
   * Gives all parameters and buffers their initial values, a pure function of the seed and their
   * names. Replaces those that exist, which stay if there is no memory for the new ones beside.
   *
   * @param seed of the run
   * @param dtype type of all parameters and buffers, F32 or F64
   * @return this
   * @throws dev.lanewise.tensor.OffHeapBudgetException if the budget does not allow it
   */
  public Sequential initialize(long seed, DType dtype) {
    TensorStore buffers = store("buffers", buffers(), seed, dtype);
    Parameters values;
    try {
      values = new Parameters(store("parameters", parameters(), seed, dtype));
    } catch (RuntimeException e) {
      buffers.close();
      throw e;
    }
    close();
    parameters = values;
    state = buffers;
    return this;
  }

  private static TensorStore store(
      String label, List<ParameterSpec> specs, long seed, DType dtype) {
    TensorStore.Builder builder = TensorStore.builder(dtype).label(label);
    for (ParameterSpec spec : specs) {
      builder.add(spec.name(), spec.shape());
    }
    TensorStore values = builder.build();
    for (ParameterSpec spec : specs) {
      spec.initializer().fill(values.get(spec.name()), seed, spec.name());
    }
    return values;
  }

  /**
   * {@return values and gradients of the parameters; owned by this, and others after {@link
   * #initialize}}
   */
  public Parameters store() {
    if (parameters == null) {
      initialize(0, DType.F32);
    }
    return Objects.requireNonNull(parameters);
  }

  /**
   * {@return what layers keep without training it, such as running statistics; often empty; owned
   * by this, and another after {@link #initialize}}
   */
  public TensorStore state() {
    if (state == null) {
      initialize(0, DType.F32);
    }
    return Objects.requireNonNull(state);
  }

  /**
   * Writes parameters and buffers, atomically, as safetensors under their names; PyTorch's {@code
   * load_state_dict} takes the file for a {@code Sequential} of the same layers.
   *
   * @param file where to; replaced if it exists
   * @throws java.io.UncheckedIOException if that fails; an old file is then as it was
   */
  public void save(Path file) {
    save(file, store().dtype());
  }

  /**
   * Saves as {@link #save(Path)} does, with all values rounded.
   *
   * @param file where to; replaced if it exists
   * @param dtype the type in the file, such as BF16
   * @throws java.io.UncheckedIOException if that fails; an old file is then as it was
   */
  public void save(Path file, DType dtype) {
    StateDict.save(this, file, dtype);
  }

  /**
   * Loads parameters and buffers that {@link #save} or PyTorch wrote. Names and shapes must be the
   * model's, all of them; other floating types are converted. On an error nothing has changed.
   *
   * @param file a safetensors file
   * @throws dev.lanewise.io.FormatException if the file is no valid safetensors file, or not of
   *     this model: lists what is missing, unexpected or of another shape
   * @throws java.io.UncheckedIOException if it cannot be read
   */
  public void load(Path file) {
    load(file, UnaryOperator.identity());
  }

  /**
   * Loads as {@link #load(Path)} does, from a file with other names.
   *
   * @param file a safetensors file
   * @param names from a name in the file to that in this model, such as {@code fc1.weight} to
   *     {@code 0.weight}
   * @throws dev.lanewise.io.FormatException if the file is no valid safetensors file, or not of
   *     this model
   * @throws java.io.UncheckedIOException if it cannot be read
   */
  public void load(Path file, UnaryOperator<String> names) {
    StateDict.load(this, file, names, true);
  }

  /**
   * Loads as {@link #load(Path, UnaryOperator)} does, but only what the model and the file have in
   * common: PyTorch's {@code strict=False}. A common name with different shapes is still an error.
   *
   * @param file a safetensors file
   * @param names from a name in the file to that in this model
   * @return the names that only one of the two has
   * @throws dev.lanewise.io.FormatException if the file is no valid safetensors file, or a shape
   *     differs
   * @throws java.io.UncheckedIOException if it cannot be read
   */
  public StateDict.Difference loadCommon(Path file, UnaryOperator<String> names) {
    return StateDict.load(this, file, names, false);
  }

  /**
   * Computes the results for a batch as an evaluation does, without dropout and the like.
   *
   * @param tape opened with {@link #store}
   * @param x [n, ...], a batch of inputs on {@code tape}
   * @return [n, ...], the results
   * @throws dev.lanewise.tensor.ShapeException if a layer does not take its inputs
   */
  public Var predict(Tape tape, Var x) {
    return forward(Forward.evaluation(tape), x);
  }

  /**
   * Finds what each layer gives, has and costs for one sample.
   *
   * @param sample shape of a sample, without the batch axis
   * @param dtype type of the inputs: the network's own, or I32 where they are indices
   * @return a row a layer
   * @throws dev.lanewise.tensor.ShapeException if a layer does not take its inputs
   */
  public ModelSummary summary(Shape sample, DType dtype) {
    return ModelSummary.of(this, sample, dtype);
  }

  @Override
  public String describe() {
    return "Sequential" + layers.stream().map(Layer::describe).toList();
  }

  @Override
  public Shape outputShape(Shape sample) {
    Shape shape = sample;
    for (Layer layer : layers) {
      shape = layer.outputShape(shape);
    }
    return shape;
  }

  @Override
  public List<ParameterSpec> parameters() {
    return collect(Layer::parameters);
  }

  @Override
  public List<ParameterSpec> buffers() {
    return collect(Layer::buffers);
  }

  private List<ParameterSpec> collect(Function<Layer, List<ParameterSpec>> wanted) {
    List<ParameterSpec> all = new ArrayList<>();
    for (int i = 0; i < layers.size(); i++) {
      all.addAll(ParameterSpec.within(Integer.toString(i), wanted.apply(layers.get(i))));
    }
    return all;
  }

  @Override
  public Var forward(Forward pass, Var x) {
    Forward own = pass.within(this);
    Var y = x;
    for (int step = 0; step < order.size(); step++) {
      int i = order.get(step);
      Forward child = own.child(Integer.toString(i));
      if (layers.get(i) instanceof Conv2d convolution && isHalved(step)) {
        y = convolution.forwardMaxPool2x2(child, y);
        step++;
      } else {
        y = layers.get(i).forward(child, y);
      }
    }
    return y;
  }

  /** Whether maxima of two by two follow. */
  private boolean isHalved(int step) {
    return step + 1 < order.size()
        && layers.get(order.get(step + 1)) instanceof MaxPool2d pool
        && pool.isHalving();
  }

  /** Frees the parameters and buffers. */
  @Override
  public void close() {
    if (state != null) {
      state.close();
      state = null;
    }
    if (parameters != null) {
      parameters.close();
      parameters = null;
    }
  }
}
