package dev.lanewise.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Texts as numbers and back: a vocabulary whose first entries are characters (Unicode code points)
 * and whose further ones are joined from two earlier entries (byte-pair encoding on characters:
 * Sennrich, Haddow, Birch 2016, Neural Machine Translation of Rare Words with Subword Units). The
 * vocabulary is all there is to keep. Immutable.
 *
 * <p>A text is cut into words (a run of letters, digits, or other signs, with one space before it,
 * or a run of white space); within a word, the neighbours whose union comes first in the vocabulary
 * are joined, again and again.
 */
public final class Tokenizer {
  private static final Pattern WORD =
      Pattern.compile(" ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+?(?= \\S)|\\s+");

  private final List<String> tokens;
  private final Map<String, Integer> ids;
  private final boolean charactersOnly;

  private Tokenizer(List<String> tokens) {
    this.tokens = List.copyOf(tokens);
    ids = new HashMap<>();
    boolean single = true;
    for (int i = 0; i < tokens.size(); i++) {
      String token = tokens.get(i);
      if (token.isEmpty() || ids.put(token, i) != null) {
        throw new DataException("token " + i + " of the vocabulary is empty or there already");
      }
      single &= token.codePointCount(0, token.length()) == 1;
    }
    charactersOnly = single;
  }

  /**
   * {@return the tokenizer of a vocabulary}
   *
   * @param tokens its entries in order
   * @throws DataException if an entry is empty or there twice
   */
  public static Tokenizer of(List<String> tokens) {
    return new Tokenizer(tokens);
  }

  /**
   * {@return the tokenizer whose tokens are the characters of a text, in the order of Unicode}
   *
   * @param corpus the text
   */
  public static Tokenizer characters(String corpus) {
    TreeSet<Integer> found = new TreeSet<>();
    corpus.codePoints().forEach(found::add);
    return new Tokenizer(found.stream().map(Character::toString).toList());
  }

  /**
   * Trains a vocabulary: starting from the characters, joins the two neighbours that are most
   * frequent in the text (of equals, those that are first in the vocabulary) until it is large
   * enough or no pair occurs twice.
   *
   * @param corpus the text
   * @param size entries wanted
   * @return a tokenizer of at most that size, or of all characters
   */
  public static Tokenizer bytePairs(String corpus, int size) {
    List<String> tokens = new ArrayList<>(characters(corpus).tokens);
    Map<String, Integer> first = new Tokenizer(tokens).ids;
    Map<String, Integer> counts = new LinkedHashMap<>();
    words(corpus).forEach(word -> counts.merge(word, 1, Integer::sum));
    List<int[]> words = new ArrayList<>();
    int[] frequencies = counts.values().stream().mapToInt(Integer::intValue).toArray();
    counts.keySet().forEach(word -> words.add(split(word, first)));
    while (tokens.size() < size) {
      long pair = mostFrequent(words, frequencies);
      if (pair < 0) {
        break;
      }
      int left = (int) (pair >>> 32);
      int right = (int) pair;
      String union = tokens.get(left) + tokens.get(right);
      int id = tokens.indexOf(union);
      if (id < 0) {
        id = tokens.size();
        tokens.add(union);
      }
      for (int i = 0; i < words.size(); i++) {
        words.set(i, join(words.get(i), left, right, id));
      }
    }
    return new Tokenizer(tokens);
  }

  /** The pair that occurs most often and at least twice, left id above right id; else -1. */
  private static long mostFrequent(List<int[]> words, int[] frequencies) {
    Map<Long, Integer> pairs = new HashMap<>();
    for (int i = 0; i < frequencies.length; i++) {
      int[] word = words.get(i);
      for (int k = 1; k < word.length; k++) {
        pairs.merge((long) word[k - 1] << 32 | word[k], frequencies[i], Integer::sum);
      }
    }
    long best = -1;
    int most = 1;
    for (Map.Entry<Long, Integer> pair : pairs.entrySet()) {
      int count = pair.getValue();
      if (count > most || count == most && best >= 0 && pair.getKey() < best) {
        best = pair.getKey();
        most = count;
      }
    }
    return best;
  }

  private static int[] join(int[] word, int left, int right, int id) {
    int length = 0;
    int[] joined = word;
    for (int i = 0; i < word.length; i++) {
      boolean pair = i + 1 < word.length && word[i] == left && word[i + 1] == right;
      if (pair && joined == word) {
        joined = word.clone();
      }
      joined[length++] = pair ? id : word[i];
      i += pair ? 1 : 0;
    }
    return length == word.length ? word : Arrays.copyOf(joined, length);
  }

  private static List<String> words(String text) {
    List<String> found = new ArrayList<>();
    Matcher matcher = WORD.matcher(text);
    while (matcher.find()) {
      found.add(matcher.group());
    }
    return found;
  }

  private static int[] split(String text, Map<String, Integer> ids) {
    return text.codePoints()
        .map(
            c -> {
              Integer id = ids.get(Character.toString(c));
              if (id == null) {
                throw new DataException(
                    "the character \"%s\" (U+%04X) is not in the vocabulary"
                        .formatted(Character.toString(c), c));
              }
              return id;
            })
        .toArray();
  }

  /** {@return the vocabulary: the tokens by their number} */
  public List<String> tokens() {
    return tokens;
  }

  /**
   * Turns a text into numbers.
   *
   * @param text any text of known characters
   * @return the tokens' numbers
   * @throws DataException if a character is not in the vocabulary
   */
  public int[] encode(String text) {
    if (charactersOnly) {
      return split(text, ids);
    }
    Map<String, int[]> known = new HashMap<>();
    int[] all = new int[text.length()];
    int length = 0;
    for (String word : words(text)) {
      int[] part = known.computeIfAbsent(word, this::encodeWord);
      System.arraycopy(part, 0, all, length, part.length);
      length += part.length;
    }
    return Arrays.copyOf(all, length);
  }

  private int[] encodeWord(String word) {
    int[] parts = split(word, ids);
    while (true) {
      int best = Integer.MAX_VALUE;
      int at = -1;
      for (int i = 1; i < parts.length; i++) {
        Integer union = ids.get(tokens.get(parts[i - 1]) + tokens.get(parts[i]));
        if (union != null && union < best) {
          best = union;
          at = i;
        }
      }
      if (at < 0) {
        return parts;
      }
      parts = join(parts, parts[at - 1], parts[at], best);
    }
  }

  /**
   * Turns numbers into a text.
   *
   * @param ids tokens' numbers
   * @return the text
   * @throws DataException if there is no such token
   */
  public String decode(int... ids) {
    StringJoiner text = new StringJoiner("");
    for (int id : ids) {
      if (id < 0 || id >= tokens.size()) {
        throw new DataException(
            "there is no token " + id + ", expected 0 to " + (tokens.size() - 1));
      }
      text.add(tokens.get(id));
    }
    return text.toString();
  }
}
