package dev.lanewise.cli.recipe;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.Nulls;
import dev.lanewise.data.Augmentation;
import dev.lanewise.data.Mixing;
import dev.lanewise.engine.Mode;
import dev.lanewise.optim.Adadelta;
import dev.lanewise.optim.Adafactor;
import dev.lanewise.optim.Adagrad;
import dev.lanewise.optim.Adam;
import dev.lanewise.optim.AdamW;
import dev.lanewise.optim.Adamax;
import dev.lanewise.optim.Constraint;
import dev.lanewise.optim.GradientDescent;
import dev.lanewise.optim.Lamb;
import dev.lanewise.optim.Lbfgs;
import dev.lanewise.optim.Lion;
import dev.lanewise.optim.Lookahead;
import dev.lanewise.optim.Muon;
import dev.lanewise.optim.NAdam;
import dev.lanewise.optim.Optimizer;
import dev.lanewise.optim.RAdam;
import dev.lanewise.optim.ReduceOnPlateau;
import dev.lanewise.optim.RmsProp;
import dev.lanewise.optim.Rprop;
import dev.lanewise.optim.Sam;
import dev.lanewise.optim.Schedule;
import dev.lanewise.optim.Sgd;
import dev.lanewise.train.EarlyStopping;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.jsontype.NamedType;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;
import tools.jackson.dataformat.yaml.YAMLWriteFeature;

/**
 * The YAML form of a {@link Recipe}: which types there are, and the default of every key. Both come
 * from one table of examples, one for each type, so that a new type is one line.
 */
final class RecipeFormat {
  private static final Choices LOSSES =
      new Choices("cross_entropy")
          .with("cross_entropy", new LossSpec.CrossEntropy(0, ClassWeighting.none()))
          .with("nll", new LossSpec.NegativeLogLikelihood())
          .with("focal", new LossSpec.Focal(2))
          .with("l1", new LossSpec.AbsoluteError())
          .with("huber", new LossSpec.Huber(1))
          .with("smooth_l1", new LossSpec.SmoothL1(1))
          .with("hinge", new LossSpec.Hinge())
          .with("kl_div", new LossSpec.KlDivergence())
          .with("mse", new LossSpec.MeanSquaredError())
          .with("bce_with_logits", new LossSpec.BceWithLogits(List.of()));

  private static final Choices OPTIMIZERS =
      new Choices("adamw")
          .with("gradient_descent", GradientDescent.of(1e-2))
          .with("sgd", Sgd.of(1e-2))
          .with("rmsprop", RmsProp.of())
          .with("adagrad", Adagrad.of())
          .with("adadelta", Adadelta.of())
          .with("adam", Adam.of())
          .with("adamw", AdamW.of())
          .with("adamax", Adamax.of())
          .with("nadam", NAdam.of())
          .with("radam", RAdam.of())
          .with("rprop", Rprop.of())
          .with("lion", Lion.of())
          .with("lamb", Lamb.of())
          .with("adafactor", Adafactor.of())
          .with("muon", Muon.of())
          .with("lookahead", Lookahead.of(AdamW.of()))
          .with("sam", Sam.of(AdamW.of()))
          .with("lbfgs", Lbfgs.of());

  private static final Choices SCHEDULES =
      new Choices("constant")
          .with("constant", new ScheduleSpec.Constant(0))
          .with("step", new ScheduleSpec.Step(1, 0.1, 0))
          .with("exponential", new ScheduleSpec.Exponential(0.95, 0))
          .with("multi_step", new ScheduleSpec.MultiStep(List.of(), 0.1, 0))
          .with("linear", new ScheduleSpec.Linear(1, 0, 0))
          .with("polynomial", new ScheduleSpec.Polynomial(1, 0))
          .with("cosine", new ScheduleSpec.Cosine(0, 0))
          .with("cosine_restarts", new ScheduleSpec.CosineRestarts(1, 2, 0, 0))
          .with(
              "one_cycle",
              new ScheduleSpec.OneCycle(
                  1e-2, 0.3, 25, 1e4, true, 0.85, 0.95, Schedule.OneCycle.Anneal.COS, 0));

  private static final Choices AVERAGES =
      new Choices("ema")
          .with("ema", new AverageSpec.Ema(0.999))
          .with("swa", new AverageSpec.Swa(1, 1));

  private static final Choices REGULARIZERS =
      new Choices("l2")
          .with("l1", new RegularizerSpec.L1(1e-5))
          .with("l2", new RegularizerSpec.L2(1e-4))
          .with("elastic_net", new RegularizerSpec.ElasticNet(1e-5, 1e-4))
          .with("gradient_penalty", new RegularizerSpec.OfGradient(0.1));

  private static final Choices AUGMENTATIONS =
      new Choices("shift")
          .with("shift", new Augmentation.Shift(2))
          .with("crop", new Augmentation.Crop(0.8))
          .with("flip", new Augmentation.Flip(0.5))
          .with("rotate", new Augmentation.Rotate(10))
          .with("cutout", new Augmentation.Cutout(8))
          .with("noise", new Augmentation.Noise(0.05))
          .with("time_shift", new Augmentation.TimeShift(8));

  private static final Choices MIXINGS =
      new Choices("mixup")
          .with("mixup", new Mixing.Mixup(1, 1))
          .with("cutmix", new Mixing.CutMix(1, 1));

  private static final String EVERYTHING = "*";

  private static final Choices CONSTRAINTS =
      new Choices("max_norm")
          .with("proximal_l1", new Constraint.ProximalL1(EVERYTHING, 1e-4))
          .with("group_lasso", new Constraint.GroupLasso(EVERYTHING, 1e-4))
          .with("max_norm", new Constraint.MaxNorm(EVERYTHING, 3))
          .with("unit_norm", new Constraint.UnitNorm(EVERYTHING))
          .with("non_negative", new Constraint.NonNegative(EVERYTHING));

  private static final Map<Class<?>, Choices> CHOICES =
      Map.of(
          Augmentation.class, AUGMENTATIONS,
          Mixing.class, MIXINGS,
          LossSpec.class, LOSSES,
          Optimizer.class, OPTIMIZERS,
          ScheduleSpec.class, SCHEDULES,
          AverageSpec.class, AVERAGES,
          Constraint.class, CONSTRAINTS,
          RegularizerSpec.class, REGULARIZERS);

  private static final YAMLMapper MAPPER = mapper();

  private RecipeFormat() {}

  /**
   * Optimizers, augmentations and the like are the library's own records; only the type has to be
   * told.
   */
  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
  private interface Typed {}

  private static YAMLMapper mapper() {
    YAMLMapper.Builder builder =
        YAMLMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .addMixIn(Optimizer.class, Typed.class)
            .addMixIn(Augmentation.class, Typed.class)
            .addMixIn(Mixing.class, Typed.class)
            .addMixIn(Constraint.class, Typed.class)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
            .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
            .enable(EnumFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
            .enable(EnumFeature.WRITE_ENUMS_TO_LOWERCASE)
            .changeDefaultNullHandling(
                nulls -> nulls.withValueNulls(Nulls.FAIL).withContentNulls(Nulls.FAIL))
            .enable(
                YAMLWriteFeature.MINIMIZE_QUOTES, YAMLWriteFeature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
            .disable(YAMLWriteFeature.USE_NATIVE_TYPE_ID)
            .disable(YAMLWriteFeature.WRITE_DOC_START_MARKER)
            .disable(YAMLWriteFeature.SPLIT_LINES);
    for (Choices choices : CHOICES.values()) {
      choices
          .examples()
          .forEach(
              (name, example) -> builder.registerSubtypes(new NamedType(example.getClass(), name)));
    }
    return builder.build();
  }

  /** The names of the types that {@code base}, the Java type of a section, can have. */
  static Set<String> types(Class<?> base) {
    Choices choices = CHOICES.get(base);
    return choices == null ? Set.of() : choices.examples().keySet();
  }

  /** An instance of each of these types, with its defaults. */
  static <T> List<T> examples(Class<T> base) {
    return Objects.requireNonNull(CHOICES.get(base)).examples().values().stream()
        .map(base::cast)
        .toList();
  }

  /** Reads one YAML document, whatever it says. */
  static JsonNode parse(String yaml) {
    return MAPPER.readTree(yaml);
  }

  /** An empty mapping. */
  static ObjectNode mapping() {
    return MAPPER.createObjectNode();
  }

  /** Fills in every default and reads the recipe. */
  static Recipe bind(ObjectNode tree) {
    fill(tree);
    return MAPPER.treeToValue(tree, Recipe.class);
  }

  /** The recipe as YAML. */
  static String write(Recipe recipe) {
    return MAPPER.writeValueAsString(recipe);
  }

  private static void fill(ObjectNode tree) {
    tree.removeIf(JsonNode::isNull);
    data(tree);
    section(tree, "checkpoint", new CheckpointSpec(0, 0, 3, false));
    if (tree.has("early_stopping")) {
      section(tree, "early_stopping", EarlyStopping.patience(3));
    }
    if (tree.has("reduce_on_plateau")) {
      section(tree, "reduce_on_plateau", ReduceOnPlateau.of());
    }
    tree.set("loss", LOSSES.fill(MAPPER, tree.get("loss")));
    tree.set("optimizer", optimizer(tree.get("optimizer")));
    fillGroups(tree);
    if (tree.has("average")) {
      tree.set("average", AVERAGES.fill(MAPPER, tree.get("average")));
    }
    tree.set("schedule", SCHEDULES.fill(MAPPER, tree.get("schedule")));
    for (String list : List.of("freeze", "regularize", "constrain")) {
      if (!tree.has(list)) {
        tree.putArray(list);
      }
    }
    fillEach(tree, "regularize", REGULARIZERS);
    fillEach(tree, "constrain", CONSTRAINTS);
    if (!tree.has("accumulate")) {
      tree.put("accumulate", 1);
    }
    if (!tree.has("epochs")) {
      tree.put("epochs", 10);
    }
    if (!tree.has("seed")) {
      tree.put("seed", 1);
    }
    if (!tree.has("mode")) {
      tree.put("mode", Mode.STRICT.name());
    }
  }

  private static void data(ObjectNode tree) {
    String source = tree.path("data").path("source").asString("");
    DataSpec defaults = DataSpec.of(DataSource.known().contains(source) ? source : "digits");
    section(tree, "data", defaults);
    if (tree.get("data") instanceof ObjectNode data) {
      fillEach(data, "augment", AUGMENTATIONS);
      fillEach(data, "mix", MIXINGS);
      part(data, "text", defaults.text());
      part(data, "table", defaults.table());
      part(data, "images", defaults.images());
      part(data, "arrays", defaults.arrays());
    }
  }

  /** Fills in how data of one kind are read; of other data the binding refuses it. */
  private static void part(ObjectNode data, String key, @Nullable Object example) {
    if (example != null && data.has(key)) {
      section(data, key, example);
    }
  }

  private static void fillEach(ObjectNode tree, String key, Choices choices) {
    if (tree.get(key) instanceof ArrayNode list) {
      for (int i = 0; i < list.size(); i++) {
        list.set(i, choices.fill(MAPPER, list.get(i)));
      }
    }
  }

  /** Fills in the defaults of an optimizer and of the one that it is built on, if any. */
  private static JsonNode optimizer(@Nullable JsonNode given) {
    JsonNode filled = OPTIMIZERS.fill(MAPPER, given);
    if (filled instanceof ObjectNode mapping && mapping.has("base")) {
      mapping.set("base", optimizer(mapping.get("base")));
    }
    return filled;
  }

  /** A group whose optimizer has no type changes some settings of the recipe's own. */
  private static void fillGroups(ObjectNode tree) {
    if (!tree.has("groups")) {
      tree.putArray("groups");
    }
    JsonNode own = tree.get("optimizer");
    for (JsonNode group : tree.get("groups")) {
      JsonNode given = group.get("optimizer");
      if (group instanceof ObjectNode mapping && given != null) {
        boolean changes = given.isObject() && !given.has("type") && own.isObject();
        mapping.set(
            "optimizer",
            changes ? ((ObjectNode) own.deepCopy()).setAll((ObjectNode) given) : optimizer(given));
      }
    }
  }

  private static void section(ObjectNode tree, String key, Object example) {
    ObjectNode defaults = MAPPER.valueToTree(example);
    JsonNode given = tree.get(key);
    if (given == null) {
      tree.set(key, defaults);
    } else if (given.isObject()) {
      tree.set(key, defaults.setAll((ObjectNode) given));
    }
  }
}
