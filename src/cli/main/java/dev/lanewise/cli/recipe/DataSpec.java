package dev.lanewise.cli.recipe;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import dev.lanewise.cli.image.ImageFolder;
import dev.lanewise.data.ArrayData;
import dev.lanewise.data.Augmentation;
import dev.lanewise.data.DownloadListener;
import dev.lanewise.data.Mixing;
import dev.lanewise.data.Normalizer;
import dev.lanewise.data.Splits;
import dev.lanewise.data.TableData;
import dev.lanewise.data.TextData;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What to train on.
 *
 * @param source one of {@link DataSource#known}
 * @param path where data of the user's own lie, or null
 * @param batch samples in a step, at least 1
 * @param normalize what is done with the features
 * @param validation share of the training samples that is set apart to judge each epoch by, in [0,
 *     1); with 0 the test samples do that
 * @param augment random changes of training samples, in order
 * @param sampleWeights how often samples of each class come: an epoch then draws as many samples as
 *     there are, with replacement; {@code none} for each once
 * @param folds of a cross-validation after the training, over all samples; 0 for none
 * @param mix random blends of the training samples in a batch and their targets, in order
 * @param text how a text is read, or null for other data
 * @param table how a table is read, or null for other data
 * @param images how a folder of images is read, or null for other data
 * @param arrays how arrays are read, or null for other data
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record DataSpec(
    String source,
    @JsonSetter(nulls = Nulls.SET) @Nullable String path,
    int batch,
    Normalizer.Kind normalize,
    double validation,
    ClassWeighting sampleWeights,
    int folds,
    List<Augmentation> augment,
    List<Mixing> mix,
    @JsonSetter(nulls = Nulls.SET) @Nullable TextSpec text,
    @JsonSetter(nulls = Nulls.SET) @Nullable TableSpec table,
    @JsonSetter(nulls = Nulls.SET) @Nullable ImageSpec images,
    @JsonSetter(nulls = Nulls.SET) @Nullable ArraySpec arrays) {

  /** What a recipe has that names nothing but a source. */
  static DataSpec of(String source) {
    TextSpec text = DataSource.isText(source) ? new TextSpec(64, 0, 0.1) : null;
    return new DataSpec(
        source,
        null,
        32,
        Normalizer.Kind.STANDARD,
        0,
        ClassWeighting.none(),
        0,
        List.of(),
        List.of(),
        text,
        DataSource.tableDefaults(source),
        DataSource.isImages(source) ? new ImageSpec(0, 0, Color.RGB, 0.2, 1) : null,
        DataSource.isArrays(source) ? new ArraySpec(0.2, 1, false) : null);
  }

  /** Checks the values. */
  public DataSpec {
    if (!DataSource.known().contains(source)) {
      throw new IllegalArgumentException(
          "source: unknown data \"%s\"; known: %s"
              .formatted(source, String.join(", ", DataSource.known())));
    }
    if (batch < 1) {
      throw new IllegalArgumentException("batch: found " + batch + ", expected at least 1");
    }
    if (!(validation >= 0 && validation < 1)) {
      throw new IllegalArgumentException(
          "validation: found " + validation + ", expected a share from 0 to below 1");
    }
    if (folds < 0 || folds == 1) {
      throw new IllegalArgumentException(
          "folds: found " + folds + ", expected 0 for none, or at least 2");
    }
    augment = List.copyOf(augment);
    mix = List.copyOf(mix);
    requireIf(DataSource.isText(source), "text", text, source);
    requireIf(DataSource.tableDefaults(source) != null, "table", table, source);
    requireIf(DataSource.isImages(source), "images", images, source);
    requireIf(DataSource.isArrays(source), "arrays", arrays, source);
    if (text != null && !(augment.isEmpty() && mix.isEmpty() && sampleWeights.isNone())) {
      throw new IllegalArgumentException(
          "augment, mix, sample_weights: a text can be neither augmented nor mixed nor weighted");
    }
  }

  private static void requireIf(boolean wanted, String key, @Nullable Object found, String source) {
    if (wanted != (found != null)) {
      throw new IllegalArgumentException(
          "%s: the data %s %s"
              .formatted(key, source, wanted ? "need it" : "are nothing like that"));
    }
  }

  private static void requireShare(String section, double test) {
    if (!(test > 0 && test < 1)) {
      throw new IllegalArgumentException(
          section + ": test: found " + test + ", expected a share between 0 and 1");
    }
  }

  /**
   * Opens the data.
   *
   * @param own the user's own file or folder, or null for the path of this or the cache
   * @param downloads hears how a download goes
   * @throws RecipeException if a folder is given for data that come with the program
   */
  public Splits open(@Nullable Path own, DownloadListener downloads) {
    Path place = own != null || path == null ? own : Path.of(path);
    return DataSource.open(this, place, downloads);
  }

  /**
   * How a table is read: see {@link TableData.Options}.
   *
   * @param target name of the target column; empty for the last one
   * @param classes whether the target is a class; else it is a number
   * @param test share of the rows that is held out
   * @param seed of the split
   */
  public record TableSpec(String target, boolean classes, double test, long seed) {
    /** Checks the share. */
    public TableSpec {
      requireShare("table", test);
    }
  }

  /**
   * How a text is read: see {@link TextData.Options}.
   *
   * @param context tokens in a window
   * @param vocabulary entries of a vocabulary of byte pairs; 0 for characters
   * @param test share of the text, at its end, that is held out
   */
  public record TextSpec(int context, int vocabulary, double test) {
    /** Checks the values. */
    public TextSpec {
      new TextData.Options(context, vocabulary, test);
    }
  }

  /** What becomes of an image's colours. */
  public enum Color {
    /** Three planes: red, green, blue. */
    RGB,
    /** One plane of brightness. */
    GRAY
  }

  /**
   * How a folder of images is read: see {@link ImageFolder.Options}.
   *
   * @param height pixels to which images are resized; 0 if all have one size already
   * @param width alike
   * @param color what becomes of the colours
   * @param test share of the images that is held out, where there is no folder of test images
   * @param seed of the split
   */
  public record ImageSpec(int height, int width, Color color, double test, long seed) {
    /** Checks the values. */
    public ImageSpec {
      requireShare("images", test);
      new ImageFolder.Options(height, width, color == Color.RGB, test, seed);
    }
  }

  /**
   * How arrays are read: see {@link ArrayData.Options}.
   *
   * @param test share of the samples that is held out, where there are no arrays of test samples
   * @param seed of the split
   * @param mapped whether batches read the features from the disk, for data larger than memory
   */
  public record ArraySpec(double test, long seed, boolean mapped) {
    /** Checks the share. */
    public ArraySpec {
      requireShare("arrays", test);
    }
  }
}
