package dev.lanewise.train;

import dev.lanewise.autodiff.Tape;
import dev.lanewise.autodiff.Var;
import dev.lanewise.data.DataException;
import dev.lanewise.data.Tokenizer;
import dev.lanewise.engine.Engine;
import dev.lanewise.internal.random.RandomKey;
import dev.lanewise.nn.Sequential;
import dev.lanewise.tensor.Tensor;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * Goes on writing: draws one token after the other from what a model of sequences predicts. What
 * comes out is a pure function of the model, the prompt, the temperature and the seed.
 *
 * @param model samples [t] of tokens to scores [t, tokens], for t from 1 to {@code context}
 * @param tokenizer of the text that the model was trained on
 * @param context tokens that the model sees at a time
 */
public record TextGenerator(Sequential model, Tokenizer tokenizer, int context) {

  /** Checks the context. */
  public TextGenerator {
    if (context < 1) {
      throw new IllegalArgumentException("context must be at least 1, found " + context);
    }
  }

  /**
   * Writes.
   *
   * @param engine what computes
   * @param prompt what to go on from, at least one token
   * @param tokens how many to write, at least 0
   * @param temperature divides the scores: 0 for the likeliest token always, 1 for the model's own
   *     probabilities
   * @param seed of the draws
   * @param listener hears each token as it is drawn
   * @return what was written after the prompt
   * @throws DataException if the prompt is empty or has a character that the model does not know
   * @throws IllegalArgumentException if {@code tokens} or {@code temperature} is out of range
   */
  public String generate(
      Engine engine,
      String prompt,
      int tokens,
      double temperature,
      long seed,
      Consumer<String> listener) {
    if (tokens < 0 || !(temperature >= 0 && temperature < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "found %d tokens at temperature %s, expected at least 0 of both"
              .formatted(tokens, temperature));
    }
    int[] text = tokenizer.encode(prompt);
    if (text.length == 0) {
      throw new DataException("the prompt is empty; expected at least one character");
    }
    int begin = text.length;
    text = Arrays.copyOf(text, Math.addExact(begin, tokens));
    RandomKey key = RandomKey.ofSeed(seed).fold("generate");
    try (Tape tape = Tape.open(engine, model.store())) {
      for (int at = begin; at < text.length; at++) {
        tape.reset();
        int[] seen = Arrays.copyOfRange(text, Math.max(0, at - context), at);
        Tensor x = tape.scope().of(seen, 1, seen.length);
        Var scores = model.predict(tape, tape.input(x)).slice(1, seen.length - 1, seen.length);
        double[] last = scores.reshape(-1).tensor().toDoubles();
        text[at] = draw(last, temperature, key.uniformDouble(at - begin));
        listener.accept(tokenizer.decode(text[at]));
      }
    }
    return tokenizer.decode(Arrays.copyOfRange(text, begin, text.length));
  }

  /** The token at quantile {@code u} of the distribution softmax(scores / temperature). */
  private static int draw(double[] scores, double temperature, double u) {
    int best = 0;
    for (int i = 1; i < scores.length; i++) {
      best = scores[i] > scores[best] ? i : best;
    }
    if (temperature == 0) {
      return best;
    }
    double[] upTo = new double[scores.length];
    double sum = 0;
    for (int i = 0; i < scores.length; i++) {
      sum += StrictMath.exp((scores[i] - scores[best]) / temperature);
      upTo[i] = sum;
    }
    for (int i = 0; i < scores.length; i++) {
      if (u * sum < upTo[i]) {
        return i;
      }
    }
    return best;
  }
}
