package dev.lanewise.cli.recipe;

import dev.lanewise.cli.image.ImageFolder;
import dev.lanewise.data.ArrayData;
import dev.lanewise.data.BreastCancer;
import dev.lanewise.data.DataCache;
import dev.lanewise.data.Digits;
import dev.lanewise.data.DownloadListener;
import dev.lanewise.data.FashionMnist;
import dev.lanewise.data.Mnist;
import dev.lanewise.data.Splits;
import dev.lanewise.data.TableData;
import dev.lanewise.data.TextData;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The table of data that recipes can name.
 *
 * @param built how they come without a place of the user's; null if one must be named
 * @param own how they are read from the user's file or folder; null if that cannot be
 */
record DataSource(
    @Nullable BiFunction<DataSpec, DownloadListener, Splits> built,
    @Nullable BiFunction<DataSpec, Path, Splits> own) {
  private static final Map<String, DataSource> SOURCES = new LinkedHashMap<>();
  private static final List<String> TEXTS = List.of("moby-dick", "text");

  private static final String IMAGES = "images";
  private static final String ARRAYS = "arrays";

  private static final Map<String, DataSpec.TableSpec> TABLES =
      Map.of(
          "cancer", new DataSpec.TableSpec("diagnosis", true, 0.2, 1),
          "diamonds", new DataSpec.TableSpec("price", false, 0.2, 1),
          "csv", new DataSpec.TableSpec("", true, 0.2, 1));

  static {
    SOURCES.put("digits", new DataSource((spec, listener) -> Digits.open(), null));
    SOURCES.put("mnist", images(Mnist::open, Mnist::open));
    SOURCES.put("fashion-mnist", images(FashionMnist::open, FashionMnist::open));
    SOURCES.put(
        "moby-dick",
        new DataSource(
            (spec, listener) -> TextData.mobyDick(DataCache.user(), listener, text(spec)),
            (spec, file) -> TextData.open(file, text(spec))));
    SOURCES.put(
        "cancer",
        new DataSource(
            (spec, listener) -> BreastCancer.open(table(spec).testFraction(), table(spec).seed()),
            null));
    SOURCES.put(
        "diamonds",
        new DataSource(
            (spec, listener) -> TableData.diamonds(DataCache.user(), listener, table(spec)),
            (spec, file) -> TableData.open(file, table(spec))));
    SOURCES.put("csv", new DataSource(null, (spec, file) -> TableData.open(file, table(spec))));
    SOURCES.put(
        IMAGES, new DataSource(null, (spec, folder) -> ImageFolder.open(folder, images(spec))));
    SOURCES.put(ARRAYS, new DataSource(null, (spec, place) -> ArrayData.open(place, arrays(spec))));
    SOURCES.put("text", new DataSource(null, (spec, file) -> TextData.open(file, text(spec))));
  }

  private static DataSource images(
      BiFunction<DataCache, DownloadListener, Splits> cached, Function<Path, Splits> own) {
    return new DataSource(
        (spec, listener) -> cached.apply(DataCache.user(), listener),
        (spec, folder) -> own.apply(folder));
  }

  private static TextData.Options text(DataSpec spec) {
    DataSpec.TextSpec text = Objects.requireNonNull(spec.text());
    return new TextData.Options(text.context(), text.vocabulary(), text.test());
  }

  private static TableData.Options table(DataSpec spec) {
    DataSpec.TableSpec table = Objects.requireNonNull(spec.table());
    return new TableData.Options(table.target(), table.classes(), table.test(), table.seed());
  }

  private static ImageFolder.Options images(DataSpec spec) {
    DataSpec.ImageSpec images = Objects.requireNonNull(spec.images());
    boolean rgb = images.color() == DataSpec.Color.RGB;
    return new ImageFolder.Options(
        images.height(), images.width(), rgb, images.test(), images.seed());
  }

  private static ArrayData.Options arrays(DataSpec spec) {
    DataSpec.ArraySpec arrays = Objects.requireNonNull(spec.arrays());
    return new ArrayData.Options(arrays.test(), arrays.seed(), arrays.mapped());
  }

  /** How a table is read unless the recipe says otherwise; null if data are no table. */
  static DataSpec.@Nullable TableSpec tableDefaults(String source) {
    return TABLES.get(source);
  }

  /** The names of all. */
  static List<String> known() {
    return List.copyOf(SOURCES.keySet());
  }

  /** Whether data are a text. */
  static boolean isText(String source) {
    return TEXTS.contains(source);
  }

  /** Whether data are a folder of images. */
  static boolean isImages(String source) {
    return source.equals(IMAGES);
  }

  /** Whether data are arrays. */
  static boolean isArrays(String source) {
    return source.equals(ARRAYS);
  }

  /**
   * Opens data.
   *
   * @param place the user's own file or folder, or null
   * @throws RecipeException if a place is given for data that come with the program, or none for
   *     others
   */
  static Splits open(DataSpec spec, @Nullable Path place, DownloadListener listener) {
    DataSource source = Objects.requireNonNull(SOURCES.get(spec.source()));
    if (place != null) {
      if (source.own == null) {
        throw new RecipeException(
            "--data %s: the %s come with the program and cannot be read from elsewhere"
                .formatted(place, spec.source()));
      }
      return source.own.apply(spec, place);
    }
    if (source.built == null) {
      throw new RecipeException(
          "data: source %s: name a file or folder with data.path or --data"
              .formatted(spec.source()));
    }
    return source.built.apply(spec, listener);
  }
}
