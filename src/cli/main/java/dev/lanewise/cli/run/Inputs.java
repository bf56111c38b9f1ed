package dev.lanewise.cli.run;

import dev.lanewise.cli.image.Images;
import dev.lanewise.data.DataException;
import dev.lanewise.data.TableSchema;
import dev.lanewise.io.Csv;
import dev.lanewise.io.CsvTable;
import dev.lanewise.io.CsvText;
import dev.lanewise.io.Idx;
import dev.lanewise.tensor.Scope;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** Reads files whose samples are to be predicted. */
public final class Inputs {
  private Inputs() {}

  /**
   * Reads an image (.png, .jpg, .jpeg), images (IDX), or rows of features (.csv).
   *
   * @param facts what the model takes
   * @param resizes whether images of another size are resized to that of the model
   * @param scope owner of the result
   * @return U8 or F32 [n, ...], not normalized
   * @throws DataException if the file is missing or does not fit the model
   * @throws dev.lanewise.io.FormatException if it is damaged
   */
  public static Tensor read(Path file, ModelFacts facts, boolean resizes, Scope scope) {
    if (!Files.isRegularFile(file)) {
      throw new DataException(file + " is missing or no file");
    }
    String name = file.toString().toLowerCase(Locale.ROOT);
    if (name.endsWith(".csv") || name.endsWith(".csv.gz")) {
      return rows(file, facts, scope);
    }
    return Images.isImage(file) ? image(file, facts, resizes, scope) : idx(file, facts, scope);
  }

  private static Tensor rows(Path file, ModelFacts facts, Scope scope) {
    TableSchema schema = facts.schema();
    if (schema != null) {
      CsvText text = CsvText.read(file, ',');
      return scope.of(schema.features(text), text.rows().size(), schema.width());
    }
    CsvTable table = Csv.read(file, ',');
    require(
        table.columns() == facts.sampleShape().size(), file, table.columns() + " columns", facts);
    float[] values = new float[Math.multiplyExact(table.rows(), table.columns())];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) table.value(i / table.columns(), i % table.columns());
    }
    return scope.of(values, table.rows(), table.columns());
  }

  private static Tensor idx(Path file, ModelFacts facts, Scope scope) {
    Tensor all = Idx.read(file, scope);
    Shape sample = all.rank() > 1 ? all.shape().without(0) : all.shape();
    require(sample.size() == facts.sampleShape().size(), file, "samples of " + sample, facts);
    return all;
  }

  private static Tensor image(Path file, ModelFacts facts, boolean resizes, Scope scope) {
    BufferedImage found = Images.decode(file);
    Shape shape = facts.sampleShape();
    boolean channels = shape.rank() == 3 && (shape.dim(0) == 1 || shape.dim(0) == 3);
    require(
        (shape.rank() == 2 || channels)
            && (resizes || shape.dim(-1) == found.getWidth() && shape.dim(-2) == found.getHeight()),
        file,
        "an image of %d x %d pixels".formatted(found.getHeight(), found.getWidth()),
        facts);
    int planes = channels ? (int) shape.dim(0) : 1;
    byte[] pixels = Images.pixels(found, planes, (int) shape.dim(-2), (int) shape.dim(-1));
    return scope.of(pixels, shape.size()).reshape(shape.insert(0, 1));
  }

  private static void require(boolean holds, Path file, String found, ModelFacts facts) {
    if (!holds) {
      throw new DataException(
          "%s: found %s, but the model takes samples of shape %s"
              .formatted(file, found, facts.sampleShape()));
    }
  }
}
