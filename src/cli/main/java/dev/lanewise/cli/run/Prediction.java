package dev.lanewise.cli.run;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a model makes of a sample: what {@code lanewise predict --json} prints.
 *
 * @param sample its file, and its place in it if there are more
 * @param label the likeliest class; null where there are no classes
 * @param probability of that class; null where there are no classes
 * @param outputs the probabilities of all classes, or the numbers
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@SuppressWarnings("ArrayRecordComponent") // written, never compared
public record Prediction(
    String sample, @Nullable String label, @Nullable Double probability, double[] outputs) {

  /** A text that was written on from a prompt. */
  public record Text(String prompt, String text) {}

  /** What {@code outputs} say of a sample. */
  public static Prediction of(String sample, ModelFacts facts, double[] outputs) {
    if (facts.classes().isEmpty()) {
      return new Prediction(sample, null, null, outputs);
    }
    int best = 0;
    for (int i = 1; i < outputs.length; i++) {
      best = outputs[i] > outputs[best] ? i : best;
    }
    return new Prediction(sample, facts.classes().get(best), outputs[best], outputs);
  }

  /** On one line, for people. */
  @Override
  public String toString() {
    if (probability != null) {
      return String.format(Locale.ROOT, "%s  %s  %.1f %%", sample, label, 100 * probability);
    }
    StringBuilder line = new StringBuilder(sample);
    for (double value : outputs) {
      line.append(String.format(Locale.ROOT, "  %.6g", value));
    }
    return line.toString();
  }
}
