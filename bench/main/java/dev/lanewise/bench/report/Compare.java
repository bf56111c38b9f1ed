package dev.lanewise.bench.report;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/**
 * What moved between two folders of results. A figure has moved when no round of one run reaches
 * any of the other. Arguments: the old folder, the new folder. Exit codes: 0 nothing got slower, 1
 * something did, 2 there is nothing to compare.
 */
public final class Compare {
  /** What says that both runs had the same machine. */
  private static final List<String> MACHINE = List.of("cpu", "java", "vectors", "threads");

  private int compared;
  private int slower;

  private Compare() {}

  /** See the class. */
  public static void main(String[] args) {
    if (args.length != 2
        || !Files.isDirectory(Path.of(args[0]))
        || !Files.isDirectory(Path.of(args[1]))) {
      System.err.println("usage: bench/compare.sh OLD NEW: two folders of results");
      System.exit(2);
    }
    Compare compare = new Compare();
    for (String name : Results.NAMES) {
      Optional<Results> before = Results.read(Path.of(args[0]), name);
      Optional<Results> after = Results.read(Path.of(args[1]), name);
      if (before.isPresent() && after.isPresent()) {
        compare.files(name, before.get(), after.get());
      }
    }
    System.out.printf("%d figures compared, %d slower%n", compare.compared, compare.slower);
    System.exit(compare.compared == 0 ? 2 : compare.slower == 0 ? 0 : 1);
  }

  private void files(String name, Results before, Results after) {
    for (String key : MACHINE) {
      String old = before.environment().get(key);
      String now = after.environment().get(key);
      if (!Objects.equals(old, now)) {
        System.out.printf("%s.json: %s differs: %s, now %s%n", name, key, old, now);
      }
    }
    for (Figure now : after.figures()) {
      before.find(now.group(), now.work(), now.series()).ifPresent(old -> figures(old, now));
    }
    before.figures().stream()
        .filter(old -> after.find(old.group(), old.work(), old.series()).isEmpty())
        .forEach(old -> System.out.printf("not measured now: %s%n", old.name()));
  }

  private void figures(Figure old, Figure now) {
    compared++;
    boolean less = now.high() < old.low();
    if (less) {
      slower++;
    }
    if (less || now.low() > old.high()) {
      System.out.printf(
          Locale.ROOT,
          "%s  %+.1f %%  %s: %s (%s to %s), now %s (%s to %s) %s%n",
          less ? "SLOWER" : "faster",
          100 * (now.median() / old.median() - 1),
          now.name(),
          Tables.number(old.median()),
          Tables.number(old.low()),
          Tables.number(old.high()),
          Tables.number(now.median()),
          Tables.number(now.low()),
          Tables.number(now.high()),
          now.unit());
    }
  }
}
