package dev.lanewise.nn;

import dev.lanewise.autodiff.Tape;
import dev.lanewise.autodiff.Var;
import dev.lanewise.tensor.DType;
import dev.lanewise.tensor.Parameters;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.TensorStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Layers one after the other, and the owner of their parameters and buffers. These are called by
 * the layer's position and their name in it, such as {@code 0.weight}. They exist from {@link
 * #initialize} on (the first use initializes with seed 0 and F32) until {@link #close}.
 */
public final class Sequential implements Layer, AutoCloseable {
  private final List<Layer> layers;
  private @Nullable Parameters parameters;
  private @Nullable TensorStore state;

  private Sequential(List<Layer> layers) {
    this.layers = layers;
  }

  /** The layers in order. */
  public static Sequential of(Layer... layers) {
    return new Sequential(List.of(layers));
  }

  /** The layers. */
  public List<Layer> layers() {
    return layers;
  }

  /**
   * Gives all parameters and buffers their initial values, a pure function of the seed and their
   * names. Replaces those that exist.
   */
  public Sequential initialize(long seed, DType dtype) {
    close();
    parameters = new Parameters(store("parameters", parameters(), seed, dtype));
    state = store("buffers", buffers(), seed, dtype);
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

  /** The parameters' values and gradients. */
  public Parameters store() {
    if (parameters == null) {
      initialize(0, DType.F32);
    }
    return Objects.requireNonNull(parameters);
  }

  /** What layers keep without training it, such as running statistics; often empty. */
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
   * @throws java.io.UncheckedIOException if that fails; an old file is then as it was
   */
  public void save(Path file) {
    save(file, store().dtype());
  }

  /** As {@link #save(Path)}, with all values rounded to {@code dtype}, such as BF16. */
  public void save(Path file, DType dtype) {
    StateDict.save(this, file, dtype);
  }

  /**
   * Loads parameters and buffers that {@link #save} or PyTorch wrote. Names and shapes must be the
   * model's, all of them; other floating types are converted. On an error nothing has changed.
   *
   * @throws dev.lanewise.io.FormatException if the file is no valid safetensors file, or not of
   *     this model: lists what is missing, unexpected or of another shape
   * @throws java.io.UncheckedIOException if it cannot be read
   */
  public void load(Path file) {
    load(file, UnaryOperator.identity());
  }

  /**
   * As {@link #load(Path)}, for a file with other names.
   *
   * @param names from a name in the file to that in this model, such as {@code fc1.weight} to
   *     {@code 0.weight}
   */
  public void load(Path file, UnaryOperator<String> names) {
    StateDict.load(this, file, names, true);
  }

  /**
   * As {@link #load(Path, UnaryOperator)}, for what the model and the file have in common:
   * PyTorch's {@code strict=False}. A common name with different shapes is still an error.
   *
   * @return the names that only one of the two has
   */
  public StateDict.Difference loadCommon(Path file, UnaryOperator<String> names) {
    return StateDict.load(this, file, names, false);
  }

  /** The results for a batch, without dropout and the like. */
  public Var predict(Tape tape, Var x) {
    return forward(Forward.evaluation(tape), x);
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
    for (int i = 0; i < layers.size(); i++) {
      y = layers.get(i).forward(own.child(Integer.toString(i)), y);
    }
    return y;
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
