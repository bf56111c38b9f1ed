package dev.lanewise.cli.recipe;

import dev.lanewise.data.DataCache;
import dev.lanewise.data.Digits;
import dev.lanewise.data.DownloadListener;
import dev.lanewise.data.FashionMnist;
import dev.lanewise.data.Mnist;
import dev.lanewise.data.Normalizer;
import dev.lanewise.data.Splits;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What to train on.
 *
 * @param source one of {@link #SOURCES}
 * @param batch samples in a step, at least 1
 * @param normalize what is done with the features
 * @param validation share of the training samples that is set apart to judge each epoch by, in [0,
 *     1); with 0 the test samples do that
 */
public record DataSpec(String source, int batch, Normalizer.Kind normalize, double validation) {
  private static final String DIGITS = "digits";
  private static final String MNIST = "mnist";
  private static final String FASHION_MNIST = "fashion-mnist";

  /** The sources there are. */
  public static final List<String> SOURCES = List.of(DIGITS, MNIST, FASHION_MNIST);

  /** Checks the values. */
  public DataSpec {
    if (!SOURCES.contains(source)) {
      throw new IllegalArgumentException(
          "source: unknown data \"" + source + "\"; known: " + String.join(", ", SOURCES));
    }
    if (batch < 1) {
      throw new IllegalArgumentException("batch: found " + batch + ", expected at least 1");
    }
    if (!(validation >= 0 && validation < 1)) {
      throw new IllegalArgumentException(
          "validation: found " + validation + ", expected a share from 0 to below 1");
    }
  }

  /**
   * Opens the data.
   *
   * @param folder the user's own folder, or null for the cache
   * @param downloads hears how a download goes
   * @throws RecipeException if a folder is given for data that come with the program
   */
  public Splits open(@Nullable Path folder, DownloadListener downloads) {
    if (source.equals(DIGITS)) {
      if (folder != null) {
        throw new RecipeException(
            "--data %s: the digits come with the program; name a folder for %s or %s only"
                .formatted(folder, MNIST, FASHION_MNIST));
      }
      return Digits.open();
    }
    boolean fashion = source.equals(FASHION_MNIST);
    if (folder != null) {
      return fashion ? FashionMnist.open(folder) : Mnist.open(folder);
    }
    DataCache cache = DataCache.user();
    return fashion ? FashionMnist.open(cache, downloads) : Mnist.open(cache, downloads);
  }
}
