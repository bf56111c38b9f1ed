package dev.lanewise.cli.run;

import dev.lanewise.data.DataSet;
import dev.lanewise.data.Normalizer;
import dev.lanewise.data.Splits;
import dev.lanewise.data.TableSchema;
import dev.lanewise.io.FormatException;
import dev.lanewise.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * What has to be known of the training data to use a model; kept in the metadata of its file.
 *
 * @param normalizer what is done with features
 * @param sampleShape of one sample
 * @param classes their names, or the tokens of a text; empty if the targets are numbers
 * @param schema how rows of a table become samples; null for other data
 */
public record ModelFacts(
    Normalizer normalizer, Shape sampleShape, List<String> classes, @Nullable TableSchema schema) {
  private static final String SCHEMA = "schema";
  private static final String NORMALIZER = "normalizer";
  private static final String SAMPLE_SHAPE = "sample_shape";
  private static final String CLASSES = "classes";

  /** Copies the classes. */
  public ModelFacts {
    classes = List.copyOf(classes);
  }

  /** Those of a model that is trained on {@code data}. */
  static ModelFacts of(Splits data, Normalizer normalizer) {
    DataSet train = data.train();
    return new ModelFacts(normalizer, train.sampleShape(), train.classNames(), data.schema());
  }

  /** Adds these facts to the metadata of a file. */
  void writeTo(Map<String, String> metadata) {
    String shape =
        LongStream.of(sampleShape.dims()).mapToObj(Long::toString).collect(Collectors.joining(","));
    metadata.put(NORMALIZER, normalizer.encode());
    metadata.put(SAMPLE_SHAPE, shape);
    metadata.put(CLASSES, Json.line(classes));
    if (schema != null) {
      metadata.put(SCHEMA, Json.line(schema));
    }
  }

  /**
   * Reads the facts from the metadata of {@code file}.
   *
   * @throws FormatException if they are not there
   */
  static ModelFacts of(String file, Map<String, String> metadata) {
    try {
      String shape = require(file, metadata, SAMPLE_SHAPE);
      return new ModelFacts(
          Normalizer.decode(require(file, metadata, NORMALIZER)),
          Shape.of(Arrays.stream(shape.split(",")).mapToLong(Long::parseLong).toArray()),
          List.of(Json.value(require(file, metadata, CLASSES), String[].class)),
          metadata.containsKey(SCHEMA)
              ? Json.value(require(file, metadata, SCHEMA), TableSchema.class)
              : null);
    } catch (IllegalArgumentException e) {
      throw new FormatException(file, 0, "metadata that cannot be read", "a model of lanewise");
    }
  }

  private static String require(String file, Map<String, String> metadata, String key) {
    String text = metadata.get(key);
    if (text == null) {
      throw new FormatException(file, 0, "no metadata \"" + key + "\"", "a model of lanewise");
    }
    return text;
  }
}
