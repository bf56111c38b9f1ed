package dev.lanewise.cli.recipe;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import dev.lanewise.data.Augmentation;
import dev.lanewise.data.DownloadListener;
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
 * @param folds of a cross-validation after the training, over all samples; 0 for none
 * @param text how a text is read, or null for other data
 * @param table how a table is read, or null for other data
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record DataSpec(
    String source,
    @JsonSetter(nulls = Nulls.SET) @Nullable String path,
    int batch,
    Normalizer.Kind normalize,
    double validation,
    int folds,
    List<Augmentation> augment,
    @JsonSetter(nulls = Nulls.SET) @Nullable TextSpec text,
    @JsonSetter(nulls = Nulls.SET) @Nullable TableSpec table) {

  /** What a recipe has that names nothing but a source. */
  static DataSpec of(String source) {
    TextSpec text = DataSource.isText(source) ? new TextSpec(64, 0, 0.1) : null;
    return new DataSpec(
        source,
        null,
        32,
        Normalizer.Kind.STANDARD,
        0,
        0,
        List.of(),
        text,
        DataSource.tableDefaults(source));
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
    if (DataSource.isText(source) != (text != null)) {
      throw new IllegalArgumentException(
          "text: " + source + (text == null ? " needs it" : " is no text"));
    }
    if ((DataSource.tableDefaults(source) == null) != (table == null)) {
      throw new IllegalArgumentException(
          "table: " + source + (table == null ? " needs it" : " is no table"));
    }
    if (text != null && !augment.isEmpty()) {
      throw new IllegalArgumentException("augment: a text cannot be augmented");
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
      if (!(test > 0 && test < 1)) {
        throw new IllegalArgumentException(
            "table: test: found " + test + ", expected a share between 0 and 1");
      }
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
}
