package dev.lanewise.data;

import dev.lanewise.tensor.Scope;
import dev.lanewise.tensor.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Texts as data for models that predict the next token: samples are windows of tokens (I32 [t]),
 * targets the same windows one token later (I32 [t]), the classes are the tokens.
 */
public final class TextData {
  /** Moby-Dick; or, The Whale, by Herman Melville (1851), public domain. */
  private static final String MOBY_DICK = "moby-dick.txt";

  private TextData() {}

  /**
   * How to read a text.
   *
   * @param context tokens in a window, at least 1
   * @param vocabulary 0 for characters; else entries of a vocabulary of byte pairs, trained on the
   *     text
   * @param testFraction the share of the text, at its end, that is held out, above 0 and below 1
   */
  public record Options(int context, int vocabulary, double testFraction) {
    /** Checks the values. */
    public Options {
      if (context < 1 || vocabulary < 0 || !(testFraction > 0 && testFraction < 1)) {
        throw new DataException(
            "text: found context %d, vocabulary %d, test fraction %s; expected at least 1, at least 0, between 0 and 1"
                .formatted(context, vocabulary, testFraction));
      }
    }
  }

  /**
   * Opens Moby-Dick in a cache; the first time, fetches it.
   *
   * @param cache where it lies or will lie
   * @param listener hears how the download goes
   * @param options how to read it
   * @return training and test data, to be closed
   * @throws DataException if it is not there and cannot be fetched
   */
  public static Splits mobyDick(DataCache cache, DownloadListener listener, Options options) {
    return open(RemoteData.MOBY_DICK.fetch(cache, listener).resolve(MOBY_DICK), options);
  }

  /**
   * Opens a text.
   *
   * @param file a file in UTF-8, or a folder that holds {@code moby-dick.txt}
   * @param options how to read it
   * @return training and test data, to be closed
   * @throws DataException if the file is missing, no UTF-8, or too short
   * @throws UncheckedIOException if the file cannot be read
   */
  public static Splits open(Path file, Options options) {
    Path source = Files.isDirectory(file) ? file.resolve(MOBY_DICK) : file;
    if (!Files.isRegularFile(source)) {
      throw new DataException(source + " is missing or no file; expected a text in UTF-8");
    }
    try {
      return of(Files.readString(source), options);
    } catch (CharacterCodingException e) {
      throw new DataException(source + " is no text in UTF-8", e);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + source, e);
    }
  }

  /**
   * Cuts a text into windows: those to train on begin, in each epoch, at another character below
   * the context (a pure function of seed and epoch); those to test on lie side by side and cover
   * the held-out part, but for an end shorter than a window.
   *
   * @param text the text
   * @param options how to read it
   * @return training and test data, to be closed
   * @throws DataException if a part is shorter than two windows
   */
  public static Splits of(String text, Options options) {
    int cut = text.offsetByCodePoints(0, cut(text, options));
    String head = text.substring(0, cut);
    Tokenizer tokenizer =
        options.vocabulary() == 0
            ? Tokenizer.characters(text)
            : Tokenizer.bytePairs(text, options.vocabulary());
    Scope scope = Scope.open("text");
    try {
      DataSet train = windows(tokenizer, head, options, scope).sliding();
      DataSet test = windows(tokenizer, text.substring(cut), options, scope);
      return Splits.of(train, test, scope::close);
    } catch (RuntimeException e) {
      scope.close();
      throw e;
    }
  }

  private static int cut(String text, Options options) {
    int characters = text.codePointCount(0, text.length());
    return characters - (int) Math.round(characters * options.testFraction());
  }

  private static DataSet windows(Tokenizer tokenizer, String text, Options options, Scope scope) {
    int[] ids = tokenizer.encode(text);
    int context = options.context();
    int count = (ids.length - 1) / context;
    if (count < 2) {
      throw new DataException(
          "the text is too short: %d tokens in a part, expected at least %d for windows of %d"
              .formatted(ids.length, 2 * context + 1, context));
    }
    Tensor tokens = scope.of(ids);
    long end = (long) count * context;
    return DataSet.sequences(
        tokens.slice(0, 0, end).reshape(count, context),
        tokens.slice(0, 1, end + 1).reshape(count, context),
        tokenizer.tokens());
  }
}
