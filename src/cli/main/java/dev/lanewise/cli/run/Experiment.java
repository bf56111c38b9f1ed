package dev.lanewise.cli.run;

import dev.lanewise.cli.recipe.AverageSpec;
import dev.lanewise.cli.recipe.CheckpointSpec.OnFailure;
import dev.lanewise.cli.recipe.ClipSpec;
import dev.lanewise.cli.recipe.DataSpec;
import dev.lanewise.cli.recipe.Recipe;
import dev.lanewise.cli.recipe.RecipeReader;
import dev.lanewise.cli.recipe.RegularizerSpec;
import dev.lanewise.data.Batches;
import dev.lanewise.data.ClassWeights;
import dev.lanewise.data.DataSet;
import dev.lanewise.data.DownloadListener;
import dev.lanewise.data.Epoch;
import dev.lanewise.data.Folds;
import dev.lanewise.data.Normalizer;
import dev.lanewise.data.Splits;
import dev.lanewise.data.TableSchema;
import dev.lanewise.engine.Engine;
import dev.lanewise.io.Checkpoint;
import dev.lanewise.io.Sha256;
import dev.lanewise.metric.Regression;
import dev.lanewise.nn.Loss;
import dev.lanewise.nn.ModelSummary;
import dev.lanewise.nn.ParameterSpec;
import dev.lanewise.nn.Sequential;
import dev.lanewise.onnx.OnnxModel;
import dev.lanewise.optim.Constraint;
import dev.lanewise.optim.ParameterGroup;
import dev.lanewise.optim.ReduceOnPlateau;
import dev.lanewise.optim.Regularizer;
import dev.lanewise.optim.Schedule;
import dev.lanewise.tensor.DType;
import dev.lanewise.tensor.Tensor;
import dev.lanewise.tensor.TensorStore;
import dev.lanewise.train.CheckpointFolder;
import dev.lanewise.train.EarlyStopping;
import dev.lanewise.train.Evaluation;
import dev.lanewise.train.HashTrace;
import dev.lanewise.train.LearningRateFinder;
import dev.lanewise.train.StepReport;
import dev.lanewise.train.Trainer;
import dev.lanewise.train.TrainingListener;
import dev.lanewise.train.TrainingResult;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** A recipe with its data in memory and its model built. */
public final class Experiment implements AutoCloseable {
  /** Evaluation computes no gradients, so larger batches fit and pay. */
  private static final int EVALUATION_BATCH = 512;

  /** Each place of a sequence takes as much memory as a sample of its own. */
  private static final int EVALUATION_PLACES = 4096;

  private final Recipe recipe;
  private final Splits splits;
  private final Splits trainAndValidation;
  private final Normalizer normalizer;
  private final Loss loss;
  private final Sequential model;
  private final int stepsPerEpoch;
  private final Schedule schedule;
  private boolean ignoreFingerprint;
  private @Nullable HashTrace trace;
  private @Nullable Path failedSteps;

  private Experiment(Recipe recipe, Splits splits, @Nullable Normalizer saved) {
    this.recipe = recipe;
    this.splits = splits;
    double share = recipe.data().validation();
    trainAndValidation = share == 0 ? splits : Folds.split(splits.train(), share, recipe.seed());
    DataSet train = trainAndValidation.train();
    normalizer = saved == null ? recipe.data().normalize().fit(train) : saved;
    model = recipe.buildModel(splits);
    loss = recipe.loss().build(train);
    stepsPerEpoch = Math.ceilDiv(trainingBatches().count(), recipe.accumulate());
    schedule = recipe.buildSchedule(stepsPerEpoch);
  }

  /**
   * Opens the data and builds the model.
   *
   * @param dataFolder the user's own data, or null
   * @param downloads hears how a download goes
   */
  public static Experiment open(
      Recipe recipe, @Nullable Path dataFolder, DownloadListener downloads) {
    return open(recipe, dataFolder, downloads, null);
  }

  /** Opens a run that has ended: its recipe, its data and its trained model. */
  public static Experiment ofRun(
      RunFolder folder, @Nullable Path dataFolder, DownloadListener downloads) {
    Recipe recipe = RecipeReader.readResolved(folder.recipe());
    Normalizer saved = Weights.facts(folder.model()).normalizer();
    Experiment experiment = open(recipe, dataFolder, downloads, saved);
    try {
      experiment.model.initialize(recipe.seed(), DType.F32);
      Weights.load(folder.model(), experiment.stores());
      return experiment;
    } catch (RuntimeException e) {
      experiment.close();
      throw e;
    }
  }

  private static Experiment open(
      Recipe recipe,
      @Nullable Path dataFolder,
      DownloadListener downloads,
      @Nullable Normalizer saved) {
    Splits splits = recipe.data().open(dataFolder, downloads);
    try {
      return new Experiment(recipe, splits, saved);
    } catch (RuntimeException e) {
      splits.close();
      throw e;
    }
  }

  /** The recipe. */
  public Recipe recipe() {
    return recipe;
  }

  /** The parameters, as they are now. */
  public TensorStore parameters() {
    return model.store().values();
  }

  /** The buffers, such as running statistics, as they are now. */
  public TensorStore buffers() {
    return model.state();
  }

  /** The model, as it is now. */
  public Sequential model() {
    return model;
  }

  /** What is made small. */
  public Loss loss() {
    return loss;
  }

  /** The test samples, normalized, in order. */
  public Batches testBatches() {
    return evaluationBatches(splits.test());
  }

  /** All that makes the model: parameters and buffers. */
  private List<TensorStore> stores() {
    return List.of(parameters(), buffers());
  }

  /** Trainable numbers. */
  public long parameterCount() {
    return model.parameters().stream().map(ParameterSpec::shape).mapToLong(s -> s.size()).sum();
  }

  /** The model layer by layer. */
  public ModelSummary summary() {
    try (Epoch order = evaluationBatches(splits.test()).epoch(0, 0)) {
      Tensor x = order.next().x();
      return model.summary(x.shape().without(0), x.dtype());
    }
  }

  /** What is trained on, for the manifest. */
  public Manifest.Data describeData() {
    return new Manifest.Data(
        recipe.data().source(),
        splits.sha256(),
        trainAndValidation.train().size(),
        splits.test().size());
  }

  /** One value that differs when the recipe or a bit of the data does. */
  public static String fingerprint(Recipe recipe, Manifest.Data data) {
    Sha256 sum = new Sha256();
    sum.add(RecipeReader.write(recipe));
    sum.add(data.sha256());
    return sum.hex();
  }

  /** Whether to go on from a checkpoint of a machine on which the bits may have been others. */
  public void ignoreFingerprint(boolean value) {
    ignoreFingerprint = value;
  }

  /** Where to write a hash of everything that training computes. */
  public void trace(@Nullable HashTrace value) {
    trace = value;
  }

  /** Where to write the state and the batch of a step that is not finite. */
  public void keepFailedStep(Path folder) {
    failedSteps = folder;
  }

  /** Does a step again that failed. */
  public StepReport replay(Engine engine, Checkpoint bundle) {
    return trainer(engine).ignoreFingerprint(ignoreFingerprint).replay(trainingBatches(), bundle);
  }

  /** Samples in an epoch. */
  public int trainingSamples() {
    return trainAndValidation.train().size();
  }

  /**
   * Trains as the recipe says.
   *
   * @param checkpoints where they go, as often as the recipe says and when a listener ends the run;
   *     null for nowhere
   * @param from the checkpoint to go on from, or null to start
   */
  public TrainingResult train(
      Engine engine,
      List<TrainingListener> listeners,
      @Nullable CheckpointFolder checkpoints,
      @Nullable Checkpoint from) {
    Trainer trainer = trainer(engine).ignoreFingerprint(ignoreFingerprint);
    if (checkpoints != null) {
      trainer.checkpoints(checkpoints, recipe.checkpoint().policy());
      if (recipe.checkpoint().onFailure() == OnFailure.CONTINUE) {
        trainer.checkpointFailures(
            failure ->
                System.err.println(
                    "lanewise: going on without a checkpoint: " + failure.getMessage()));
      }
    }
    if (trace != null) {
      trainer.trace(trace);
    }
    if (failedSteps != null) {
      trainer.keepFailedStep(failedSteps);
    }
    listeners.forEach(trainer::listener);
    Batches validation = evaluationBatches(trainAndValidation.test());
    return trainer.fit(trainingBatches(), validation, recipe.epochs(), from);
  }

  /**
   * Looks for a good learning rate; the model is not what it was afterwards.
   *
   * @param listeners hear of each step, and may end the search
   */
  public LearningRateFinder.Found findRate(
      Engine engine, LearningRateFinder finder, TrainingListener... listeners) {
    Trainer trainer = stepper(engine);
    List.of(listeners).forEach(trainer::listener);
    return finder.find(trainer, trainingBatches());
  }

  /**
   * Measures on the test samples.
   *
   * @param listeners hear how many are done
   */
  public Evaluation test(Engine engine, TrainingListener... listeners) {
    Trainer trainer = trainer(engine);
    List.of(listeners).forEach(trainer::listener);
    return trainer.evaluate(testBatches());
  }

  /** What 1 in the model's outputs stands for, where targets were divided by their deviation. */
  public double targetUnit() {
    TableSchema schema = splits.schema();
    return schema == null ? 1 : schema.targetDeviation();
  }

  /**
   * Trains and measures a model for each fold of all samples, as the recipe says.
   *
   * @param listener hears the number of each fold, from 1, and how good it was
   * @param interrupted asked after each step: true ends it
   * @return null if the recipe wants no cross-validation, or it was ended
   */
  public @Nullable CrossValidation crossValidate(
      Engine engine, BiConsumer<Integer, Evaluation> listener, TrainingListener interrupted) {
    if (recipe.data().folds() == 0) {
      return null;
    }
    List<Double> scores = new ArrayList<>();
    for (Splits fold : Folds.of(splits.all(), recipe.data().folds(), recipe.seed())) {
      try (Experiment part = new Experiment(recipe, fold, null)) {
        if (part.train(engine, List.of(interrupted), null, null).interrupted()) {
          return null;
        }
        Evaluation test = part.test(engine);
        Regression numbers = test.numbers();
        scores.add(numbers == null ? test.accuracy() : numbers.r2());
        listener.accept(scores.size(), test);
      }
    }
    return CrossValidation.of(scores);
  }

  /** Writes the model as it is now. */
  public void save(Path file) {
    Weights.save(file, stores(), recipe, ModelFacts.of(splits, normalizer));
  }

  /** Writes the model as it is now as an ONNX file that takes raw samples. */
  public void exportOnnx(Path file) {
    new OnnxModel(model, splits.train().sampleShape(), normalizer).write(file);
  }

  /** A trainer with all that decides a step, and nothing that judges epochs. */
  private Trainer stepper(Engine engine) {
    Trainer trainer =
        Trainer.of(model)
            .engine(engine)
            .loss(loss)
            .optimizer(recipe.optimizer())
            .groups(recipe.groups().toArray(ParameterGroup[]::new))
            .freeze(recipe.freeze().toArray(String[]::new))
            .accumulate(recipe.accumulate())
            .schedule(schedule)
            .constrain(recipe.constrain().toArray(Constraint[]::new))
            .regularize(
                recipe.regularize().stream()
                    .flatMap(RegularizerSpec::ofParameters)
                    .toArray(Regularizer[]::new))
            .seed(recipe.seed());
    recipe.regularize().stream()
        .filter(RegularizerSpec.OfGradient.class::isInstance)
        .map(RegularizerSpec.OfGradient.class::cast)
        .forEach(penalty -> trainer.gradientPenalty(penalty.build()));
    ClipSpec clip = recipe.clip();
    if (clip != null) {
      trainer.clip(clip.build());
    }
    return trainer;
  }

  private Trainer trainer(Engine engine) {
    Trainer trainer = stepper(engine);
    AverageSpec average = recipe.average();
    if (average != null) {
      trainer.average(average.build(stepsPerEpoch));
    }
    EarlyStopping stopping = recipe.earlyStopping();
    if (stopping != null) {
      trainer.earlyStopping(stopping);
    }
    ReduceOnPlateau plateau = recipe.reduceOnPlateau();
    if (plateau != null) {
      trainer.reduceOnPlateau(plateau);
    }
    return trainer;
  }

  private Batches trainingBatches() {
    DataSpec data = recipe.data();
    DataSet train = trainAndValidation.train();
    Batches batches =
        train
            .batches(data.batch())
            .shuffled(true)
            .normalized(normalizer)
            .augmented(data.augment())
            .mixed(data.mix());
    List<Double> weights = data.sampleWeights().of(train);
    return weights.isEmpty() ? batches : batches.weighted(ClassWeights.ofSamples(train, weights));
  }

  private Batches evaluationBatches(DataSet data) {
    long places = Math.max(1, data.isClassification() ? data.targetShape().size() : 1);
    int batch = Math.toIntExact(Math.max(1, EVALUATION_PLACES / places));
    return data.batches(Math.min(EVALUATION_BATCH, batch)).normalized(normalizer);
  }

  /** Frees model and data. */
  @Override
  public void close() {
    model.close();
    splits.close();
  }
}
