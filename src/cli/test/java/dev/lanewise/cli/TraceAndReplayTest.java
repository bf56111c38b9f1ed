package dev.lanewise.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Finding the op that differs, and doing the step again that failed. */
class TraceAndReplayTest {
  @TempDir private Path folder;

  private Path train(String name, String... more) {
    Path run = folder.resolve(name);
    List<String> args = new ArrayList<>(List.of("train", "--quiet", "--epochs=1", "--out=" + run));
    args.addAll(List.of("--set=data.batch=512", "--trace-hashes=" + run + ".trace"));
    args.addAll(List.of(more));
    assertThat(Cli.run(args.toArray(String[]::new))).isEqualTo(new Cli(0, ""));
    return Path.of(run + ".trace");
  }

  @Test
  void tracesDependOnTheRecipeAlone() throws IOException {
    Path one = train("one", "--threads=1");
    Path two = train("two", "--threads=3");
    assertThat(two).hasSameTextualContentAs(one);
    assertThat(Cli.output("trace-diff", one.toString(), two.toString()))
        .startsWith("the same bits: ");
    assertThat(Files.readAllLines(one))
        .startsWith("lanewise-trace-v1")
        .anyMatch(line -> line.matches("0\t\\d+\tbefore 1.weight\t\\[128, 64]\t[0-9a-f]{16}"))
        .anyMatch(line -> line.matches("2\t\\d+\tbatch x\t\\[418, .*"))
        .anyMatch(line -> line.matches("2\t\\d+\trelu\t\\[418, 128].*"));

    Path prefix = folder.resolve("prefix.trace");
    assertThat(
            Cli.output(
                "verify",
                folder.resolve("one").toString(),
                "--steps=2",
                "--trace-hashes=" + prefix))
        .contains("the same bits: compared 2 steps");
    assertThat(Cli.output("trace-diff", prefix.toString(), one.toString()))
        .contains("where " + prefix + " ends and the other goes on");
  }

  @Test
  void theFirstOpThatDiffersIsNamed() throws IOException {
    Path one = train("one");
    Path two = train("two", "--set=loss.label_smoothing=0.125");
    Cli.Output diff = Cli.outputOf("trace-diff", one.toString(), two.toString());
    assertThat(diff.cli()).isEqualTo(new Cli(1, ""));
    assertThat(diff.text())
        .containsPattern("differs: step 0, result \\d+\n")
        .contains(one + ": ", two + ": ")
        .contains("cross_entropy");
    Cli none = Cli.run("trace-diff", one.toString(), folder.resolve("one/recipe.yaml").toString());
    assertThat(none.exitCode()).isEqualTo(2);
    assertThat(none.error()).contains("expected lanewise-trace-v1").hasLineCount(1);
  }

  @Test
  void aFailedStepFailsAgain() {
    Path run = folder.resolve("run");
    Cli diverged =
        Cli.run(
            "train",
            "--quiet",
            "--set=optimizer={type: sgd, lr: 1.0e+30}",
            "--threads=1",
            "--out=" + run);
    assertThat(diverged.exitCode()).isEqualTo(1);
    Matcher failure =
        Pattern.compile("Step (\\d+): (the result of \\S+ \\[\\d+, \\d+] with \\S+, \\S+) is not")
            .matcher(diverged.error());
    assertThat(failure.find()).as(diverged.error()).isTrue();
    assertThat(diverged.error()).contains("lanewise replay").hasLineCount(1);

    assertThat(Cli.output("replay", run.toString(), "--threads=2"))
        .startsWith("it failed again. Step " + failure.group(1) + ": " + failure.group(2));
    Cli none = Cli.run("replay", folder.resolve("none").toString());
    assertThat(none.exitCode()).isEqualTo(2);
    assertThat(none.error()).contains("has kept no failed step").hasLineCount(1);
  }
}
