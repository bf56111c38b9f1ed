package dev.lanewise.cli;

import dev.lanewise.cli.run.Experiment;
import dev.lanewise.cli.run.Progress;
import dev.lanewise.cli.run.RunFolderException;
import dev.lanewise.cli.verify.Difference;
import dev.lanewise.cli.verify.RecordedRun;
import dev.lanewise.cli.verify.Rerun;
import dev.lanewise.cli.verify.TwoRecords;
import dev.lanewise.cli.verify.Verdict;
import dev.lanewise.engine.Engine;
import dev.lanewise.train.HashTrace;
import dev.lanewise.train.TrainingListener;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code lanewise verify}: whether a run gives the same bits here, or two runs gave the same. */
@Command(
    name = "verify",
    description = {
      "Trains the recipe of a run folder again and compares every step with the record, bit by"
          + " bit.",
      "Exit code 0: the same bits; 1: they differ, and where; 2: nothing to compare."
    })
final class VerifyCommand implements Callable<Integer> {
  @Parameters(paramLabel = "DIR", description = "The run folder. Nothing is written to it.")
  private Path folder = Path.of("");

  @Option(names = "--steps", paramLabel = "N", description = "Compare the first N steps only.")
  private @Nullable Long steps;

  @Option(
      names = "--against",
      paramLabel = "DIR2",
      description = "Compare with this run folder instead, without training.")
  private @Nullable Path against;

  @Option(
      names = "--trace-hashes",
      paramLabel = "FILE",
      description = "Write a hash of everything that is computed, for lanewise trace-diff.")
  private @Nullable Path trace;

  @Mixin private EngineArguments engineArguments = new EngineArguments();

  @Mixin private DataArguments dataArguments = new DataArguments();

  @Option(
      names = "--ignore-fingerprint",
      description = "Compare even where the bits may differ from those of the machine it ran on.")
  private boolean ignoreFingerprint;

  @Option(names = "--quiet", description = "Print the result only.")
  private boolean quiet;

  @Override
  public Integer call() {
    long limit = steps == null ? Long.MAX_VALUE : steps;
    if (limit < 1) {
      throw new IllegalArgumentException("--steps: found " + limit + ", expected at least 1");
    }
    Terminal terminal = Terminal.standard();
    RecordedRun recorded = RecordedRun.of(folder);
    Verdict verdict;
    if (against == null) {
      verdict = rerun(recorded, limit, terminal);
    } else {
      verdict = new TwoRecords(recorded, RecordedRun.of(against)).compare(limit);
      print(terminal.out(), verdict.metric(), folder.toString(), against.toString());
      print(terminal.out(), verdict.tensor(), folder.toString(), against.toString());
    }
    conclude(terminal.out(), verdict);
    return verdict.same() ? Failures.DONE : Failures.FAILED;
  }

  private Verdict rerun(RecordedRun recorded, long limit, Terminal terminal) {
    PrintStream out = terminal.out();
    try (Engine engine =
            Engine.of(engineArguments.options(engineArguments.mode(recorded.recipe().mode())));
        Experiment experiment =
            Experiment.open(
                recorded.recipe(), dataArguments.folder(), new DownloadProgress(terminal, quiet))) {
      if (!ignoreFingerprint) {
        engine.fingerprint().requireSame(recorded.fingerprint());
      }
      requireSameData(recorded, experiment);
      try (HashTrace hashes = trace == null ? null : new HashTrace(trace);
          Rerun rerun =
              new Rerun(recorded, experiment, limit, d -> print(out, d, "recorded", "here"));
          Progress progress =
              new Progress(
                  out,
                  terminal.isInteractive(),
                  recorded.recipe().epochs(),
                  experiment.trainingSamples(),
                  recorded.recipe().data().validation() > 0)) {
        List<TrainingListener> listeners = new ArrayList<>(List.of(rerun));
        if (!quiet) {
          listeners.add(progress);
        }
        experiment.trace(hashes);
        experiment.train(engine, listeners, null, null);
        return rerun.finish();
      }
    }
  }

  private static void requireSameData(RecordedRun recorded, Experiment experiment) {
    String before = recorded.manifest().path("data").path("sha256").asString("unknown");
    String now = experiment.describeData().sha256();
    if (!before.equals(now)) {
      throw new RunFolderException(
          "the data are not those of the run: their sha256 was %s and is %s here"
              .formatted(before, now),
          null);
    }
  }

  private static void print(
      PrintStream out, @Nullable Difference difference, String first, String second) {
    if (difference != null) {
      out.printf("differs: %s%n", difference.where());
      int width = Math.max(first.length(), second.length()) + 1;
      out.printf("  %-" + width + "s %s%n", first + ":", difference.first());
      out.printf("  %-" + width + "s %s%n", second + ":", difference.second());
    }
  }

  private void conclude(PrintStream out, Verdict verdict) {
    out.printf(
        Locale.ROOT,
        "%s: compared %,d steps, %,d epochs, %,d saved weights%n",
        verdict.same() ? "the same bits" : "not the same bits",
        verdict.steps(),
        verdict.epochs(),
        verdict.weights());
    if (!verdict.same()) {
      out.printf(
          "to find the op: on both machines, lanewise verify %s --steps %d --trace-hashes FILE;"
              + " then lanewise trace-diff FILE FILE2%n",
          folder, Math.max(1, verdict.steps()));
    }
    if (verdict.metric() != null && verdict.tensor() == null && verdict.weights() > 0) {
      out.println("the saved weights agree: look at the record of the metrics first");
    }
  }
}
