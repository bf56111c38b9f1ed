package dev.lanewise.cli.verify;

import dev.lanewise.cli.run.MetricsReader;
import dev.lanewise.io.Checkpoint;
import dev.lanewise.tensor.Scope;
import java.nio.file.Path;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Two runs that were made elsewhere, compared by what they left: metrics line by line, and the
 * checkpoints and models that both have.
 *
 * @param first one of them
 * @param second the other
 */
public record TwoRecords(RecordedRun first, RecordedRun second) {

  /** Compares the first {@code limit} steps, and the trained models if no more were made. */
  public Verdict compare(long limit) {
    long steps = 0;
    int epochs = 0;
    Difference metric = null;
    try (MetricsReader left = new MetricsReader(first.folder().metrics());
        MetricsReader right = new MetricsReader(second.folder().metrics())) {
      JsonNode x = left.next();
      JsonNode y = right.next();
      while (metric == null && x != null && y != null && steps < limit) {
        metric = Difference.ofLines(name(x), x, y);
        String kind = x.path("kind").asString();
        steps += kind.equals("step") ? 1 : 0;
        epochs += kind.equals("epoch") ? 1 : 0;
        x = left.next();
        y = right.next();
      }
      if (metric == null && steps < limit && (x != null || y != null)) {
        String where = "after " + steps + " steps";
        metric = new Difference(where, x == null ? "ends" : name(x), y == null ? "ends" : name(y));
      }
    }
    return weights(new Verdict(steps, epochs, 0, metric, null), limit);
  }

  private Verdict weights(Verdict metrics, long limit) {
    int compared = 0;
    Difference tensor = null;
    NavigableMap<Long, Path> others = second.checkpoints();
    for (Map.Entry<Long, Path> checkpoint : first.checkpoints().headMap(limit, true).entrySet()) {
      Path other = others.get(checkpoint.getKey());
      if (other != null && tensor == null) {
        compared++;
        tensor = compare(checkpoint.getKey() - 1, checkpoint.getValue(), other);
      }
    }
    boolean whole = limit > metrics.steps();
    if (tensor == null && whole && first.hasModel() && second.hasModel()) {
      compared++;
      try (Scope scope = Scope.open("models")) {
        tensor =
            Difference.ofTensors(
                "trained model",
                new TreeMap<>(first.model(scope)),
                new TreeMap<>(second.model(scope)));
      }
    }
    return new Verdict(metrics.steps(), metrics.epochs(), compared, metrics.metric(), tensor);
  }

  private static @Nullable Difference compare(long step, Path first, Path second) {
    try (Scope scope = Scope.open("checkpoints")) {
      return Difference.ofTensors(
          "after step " + step,
          new TreeMap<>(Checkpoint.read(first, scope).tensors()),
          new TreeMap<>(Checkpoint.read(second, scope).tensors()));
    }
  }

  /** What a line of metrics is of, such as {@code step 12}. */
  private static String name(JsonNode line) {
    String kind = line.path("kind").asString();
    return line.has(kind) ? kind + " " + line.path(kind).asLong() : kind;
  }
}
