package dev.lanewise.cli.report;

import dev.lanewise.autodiff.Var;
import dev.lanewise.nn.Flatten;
import dev.lanewise.nn.Forward;
import dev.lanewise.nn.Layer;
import dev.lanewise.nn.ParameterSpec;
import dev.lanewise.nn.Sequential;
import dev.lanewise.tensor.DType;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/** A copy of a model that keeps the activations of the first batch it sees as histograms. */
final class Probe implements AutoCloseable {
  private static final int MOST_SAMPLES = 64;

  private final Sequential copy;
  private final List<Histogram> activations = new ArrayList<>();
  private boolean recording = true;

  Probe(Sequential model) {
    List<Layer> recorders = new ArrayList<>();
    for (Layer layer : model.layers()) {
      recorders.add(new Recorder(layer, recorders.size()));
    }
    copy = Sequential.of(recorders.toArray(Layer[]::new)).initialize(0, DType.F32);
    copy.store().values().flat().copyFrom(model.store().values().flat());
    copy.state().flat().copyFrom(model.state().flat());
  }

  /** The copy. */
  Sequential model() {
    return copy;
  }

  /** What each layer gave for the first samples. */
  List<Histogram> activations() {
    return activations;
  }

  /** Records no more: the batch seen was enough. */
  void stopRecording() {
    recording = false;
  }

  @Override
  public void close() {
    copy.close();
  }

  private final class Recorder implements Layer {
    private final Layer layer;
    private final int position;

    Recorder(Layer layer, int position) {
      this.layer = layer;
      this.position = position;
    }

    @Override
    public String describe() {
      return layer.describe();
    }

    @Override
    public Shape outputShape(Shape sample) {
      return layer.outputShape(sample);
    }

    @Override
    public List<ParameterSpec> parameters() {
      return layer.parameters();
    }

    @Override
    public List<ParameterSpec> buffers() {
      return layer.buffers();
    }

    @Override
    public Var forward(Forward pass, Var x) {
      Var y = layer.forward(pass, x);
      boolean changesValues = y != x && !(layer instanceof Flatten);
      if (recording && changesValues) {
        Tensor first = y.tensor().slice(0, 0, Math.min(MOST_SAMPLES, y.tensor().dim(0)));
        activations.add(Histogram.of(position + " " + describe(), first.toFloats()));
      }
      return y;
    }
  }
}
