package dev.lanewise.cli.run;

import dev.lanewise.autodiff.Tape;
import dev.lanewise.cli.recipe.DataSpec.ImageSpec;
import dev.lanewise.cli.recipe.DataSpec.TextSpec;
import dev.lanewise.cli.recipe.Recipe;
import dev.lanewise.cli.recipe.RecipeReader;
import dev.lanewise.data.Normalizer;
import dev.lanewise.data.TableSchema;
import dev.lanewise.data.Tokenizer;
import dev.lanewise.engine.Engine;
import dev.lanewise.nn.Sequential;
import dev.lanewise.tensor.DType;
import dev.lanewise.tensor.Tensor;
import dev.lanewise.tensor.TensorStore;
import dev.lanewise.train.TextGenerator;
import java.util.List;
import java.util.function.ObjLongConsumer;

/** The model of a run with all it needs to predict, without the data that it was trained on. */
public final class TrainedModel implements AutoCloseable {
  private final Recipe recipe;
  private final ModelFacts facts;
  private final Sequential model;

  private TrainedModel(Recipe recipe, ModelFacts facts) {
    this.recipe = recipe;
    this.facts = facts;
    this.model = recipe.buildModel(facts.sampleShape(), facts.classes().size());
  }

  /**
   * Opens the model of a run that has ended.
   *
   * @throws dev.lanewise.io.FormatException if its file was not written by lanewise
   */
  public static TrainedModel of(RunFolder folder) {
    Recipe recipe = RecipeReader.readResolved(folder.recipe());
    TrainedModel trained = new TrainedModel(recipe, Weights.facts(folder.model()));
    try {
      trained.model.initialize(recipe.seed(), DType.F32);
      List<TensorStore> stores = List.of(trained.model.store().values(), trained.model.state());
      Weights.load(folder.model(), stores);
      return trained;
    } catch (RuntimeException e) {
      trained.close();
      throw e;
    }
  }

  /** The recipe. */
  public Recipe recipe() {
    return recipe;
  }

  /** What it takes and gives. */
  public ModelFacts facts() {
    return facts;
  }

  /** Whether it was trained on images that were resized, so that others have to be, too. */
  public boolean resizesImages() {
    ImageSpec images = recipe.data().images();
    return images != null && images.height() > 0;
  }

  /**
   * What the model gives for samples: probabilities of classes, or numbers.
   *
   * @param x U8 or F32 [n, ...], not normalized, with samples of the model's shape
   * @param rows takes the row and the number of each sample, from 0, as soon as it is known
   */
  public void predict(Engine engine, Tensor x, ObjLongConsumer<double[]> rows) {
    Normalizer normalizer = facts.normalizer();
    try (Tape tape = Tape.open(engine, model.store())) {
      for (long i = 0; i < x.dim(0); i++) {
        tape.reset();
        Tensor one = x.slice(0, i, i + 1).reshape(facts.sampleShape().insert(0, 1));
        Tensor in = tape.scope().allocate(DType.F32, one.shape());
        normalizer.apply(one, in);
        var output = model.predict(tape, tape.input(in));
        TableSchema schema = facts.schema();
        boolean classes = !facts.classes().isEmpty();
        double[] row = (classes ? output.softmax(-1) : output).tensor().toDoubles();
        for (int k = 0; schema != null && k < row.length && !classes; k++) {
          row[k] = row[k] * schema.targetDeviation() + schema.targetMean();
        }
        rows.accept(row, i);
      }
    }
  }

  /**
   * What goes on writing.
   *
   * @throws IllegalArgumentException if the model was not trained on a text
   */
  public TextGenerator writer() {
    TextSpec text = recipe.data().text();
    if (text == null) {
      throw new IllegalArgumentException(
          "--prompt: the model %s was not trained on a text, but on %s"
              .formatted(recipe.name(), recipe.data().source()));
    }
    return new TextGenerator(model, Tokenizer.of(facts.classes()), text.context());
  }

  @Override
  public void close() {
    model.close();
  }
}
