package dev.lanewise.cli.recipe;

import dev.lanewise.internal.random.RandomKey;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Settings of a recipe to try, by the path of their key.
 *
 * @param lists values to choose from
 * @param ranges numbers to draw
 */
public record SearchSpace(Map<String, List<String>> lists, Map<String, Range> ranges) {
  private static final Pattern RANGE = Pattern.compile("(.+)\\.\\.(.+)");
  private static final Pattern INTEGER = Pattern.compile("-?\\d+");
  private static final MathContext DIGITS = new MathContext(4);
  private static final int MOST_TRIALS = 10_000;

  /**
   * Numbers between two others, both included; whole ones if both are whole.
   *
   * @param low the least
   * @param high the greatest, above {@code low}
   * @param logarithmic whether the logarithm is drawn evenly, else the number
   */
  public record Range(BigDecimal low, BigDecimal high, boolean logarithmic) {
    /** The number at {@code share}, in [0, 1), of the way. */
    private String at(double share) {
      boolean whole = low.scale() <= 0 && high.scale() <= 0;
      double from = low.doubleValue();
      double to = high.doubleValue() + (whole ? 1 : 0);
      double value =
          logarithmic ? from * StrictMath.pow(to / from, share) : from + (to - from) * share;
      return whole
          ? Long.toString((long) Math.floor(value))
          : new BigDecimal(value).round(DIGITS).stripTrailingZeros().toPlainString();
    }
  }

  /**
   * Reads what the command line says.
   *
   * @param grids as in {@code optimizer.lr=0.1,0.01}; commas in brackets do not separate
   * @param ranges as in {@code model.2.dropout=0..0.5}
   * @param logRanges as in {@code optimizer.lr=0.0001..0.1}, above 0
   * @throws IllegalArgumentException if one of them is malformed or a key occurs twice
   */
  public static SearchSpace of(List<String> grids, List<String> ranges, List<String> logRanges) {
    SearchSpace space = new SearchSpace(new LinkedHashMap<>(), new LinkedHashMap<>());
    grids.forEach(text -> space.lists.put(space.newKey("--grid", text), values(text)));
    ranges.forEach(text -> space.ranges.put(space.newKey("--range", text), range(text, false)));
    logRanges.forEach(
        text -> space.ranges.put(space.newKey("--log-range", text), range(text, true)));
    return space;
  }

  private String newKey(String option, String text) {
    int end = text.indexOf('=');
    if (end < 1) {
      throw new IllegalArgumentException(
          "%s %s: expected KEY=..., as in optimizer.lr=...".formatted(option, text));
    }
    String key = text.substring(0, end);
    if (lists.containsKey(key) || ranges.containsKey(key)) {
      throw new IllegalArgumentException("%s %s: the key is there twice".formatted(option, text));
    }
    return key;
  }

  private static List<String> values(String text) {
    List<String> values = new ArrayList<>();
    int depth = 0;
    int from = text.indexOf('=') + 1;
    for (int i = from; i < text.length(); i++) {
      char c = text.charAt(i);
      depth += c == '[' || c == '{' ? 1 : c == ']' || c == '}' ? -1 : 0;
      if (c == ',' && depth == 0) {
        values.add(text.substring(from, i));
        from = i + 1;
      }
    }
    values.add(text.substring(from));
    if (values.stream().anyMatch(String::isBlank)) {
      throw new IllegalArgumentException("--grid %s: a value is empty".formatted(text));
    }
    return values;
  }

  private static Range range(String text, boolean logarithmic) {
    Matcher matcher = RANGE.matcher(text.substring(text.indexOf('=') + 1));
    try {
      if (matcher.matches()) {
        BigDecimal low = number(matcher.group(1));
        BigDecimal high = number(matcher.group(2));
        if (low.compareTo(high) < 0 && (!logarithmic || low.signum() > 0)) {
          return new Range(low, high, logarithmic);
        }
      }
    } catch (NumberFormatException _) {
      // refused below
    }
    throw new IllegalArgumentException(
        "range %s: expected KEY=LOW..HIGH with LOW below HIGH%s"
            .formatted(text, logarithmic ? " and above 0" : ""));
  }

  /** A number that is whole, of scale 0, only where it is written so: 1.0 is not. */
  private static BigDecimal number(String text) {
    BigDecimal value = new BigDecimal(text);
    return INTEGER.matcher(text).matches() ? value : value.setScale(Math.max(1, value.scale()));
  }

  /**
   * All combinations of the lists, the last key changing fastest.
   *
   * @throws IllegalArgumentException if there are ranges, no lists, or too many combinations
   */
  public List<Map<String, String>> grid() {
    if (lists.isEmpty() || !ranges.isEmpty()) {
      throw new IllegalArgumentException(
          "sweep: expected --grid KEY=A,B,... alone, or --random N with --grid and --range");
    }
    long count = lists.values().stream().mapToLong(List::size).reduce(1, Math::multiplyExact);
    requireFew(count);
    List<Map<String, String>> trials = new ArrayList<>();
    for (int trial = 0; trial < count; trial++) {
      Map<String, String> settings = new LinkedHashMap<>();
      long block = count;
      for (Map.Entry<String, List<String>> list : lists.entrySet()) {
        block /= list.getValue().size();
        settings.put(
            list.getKey(), list.getValue().get((int) (trial / block % list.getValue().size())));
      }
      trials.add(settings);
    }
    return trials;
  }

  /**
   * {@code count} random draws, of which draw i is a pure function of the seed, i and the keys: a
   * larger count only adds draws.
   *
   * @throws IllegalArgumentException if there is nothing to draw, or too much
   */
  public List<Map<String, String>> random(int count, long seed) {
    if (lists.isEmpty() && ranges.isEmpty()) {
      throw new IllegalArgumentException(
          "sweep --random: expected --grid, --range or --log-range to draw from");
    }
    requireFew(count);
    RandomKey stream = RandomKey.ofSeed(seed).fold("sweep");
    List<Map<String, String>> trials = new ArrayList<>();
    for (int trial = 0; trial < count; trial++) {
      Map<String, String> settings = new LinkedHashMap<>();
      for (Map.Entry<String, List<String>> list : lists.entrySet()) {
        int at = (int) stream.fold(list.getKey()).below(list.getValue().size(), trial);
        settings.put(list.getKey(), list.getValue().get(at));
      }
      for (Map.Entry<String, Range> range : ranges.entrySet()) {
        double share = stream.fold(range.getKey()).uniformDouble(trial);
        settings.put(range.getKey(), range.getValue().at(share));
      }
      trials.add(settings);
    }
    return trials;
  }

  private static void requireFew(long count) {
    if (count < 1 || count > MOST_TRIALS) {
      throw new IllegalArgumentException(
          "sweep: found %d runs, expected 1 to %d".formatted(count, MOST_TRIALS));
    }
  }
}
