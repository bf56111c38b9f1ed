package dev.lanewise.cli.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lanewise.cli.Browser;
import dev.lanewise.cli.report.ClassFindings.Counter;
import dev.lanewise.data.DataSet;
import dev.lanewise.tensor.Scope;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.JsonNodeFactory;

/** Reports of runs that are not about a few classes of pictures. */
class PageTest {
  @TempDir Path folder;

  private Path report(@Nullable ClassFindings classes, @Nullable NumberFindings numbers) {
    Histogram weights = Histogram.of("0.weight", new float[] {-1, 0, Float.NaN, 3});
    RunReport report =
        new RunReport(
            "a run",
            JsonNodeFactory.instance.objectNode().put("test_r2", 0.975),
            JsonNodeFactory.instance.missingNode(),
            "name: a run\n",
            new Curves(
                Map.of("loss", new Curves.Curve(List.of(1.0, 2.0), List.of(3.0, 2.5))), Map.of()),
            new Findings(List.of(weights), List.of(), classes, numbers));
    Path page = folder.resolve("report.html");
    Page.REPORT.write(page, report);
    return page;
  }

  @Test
  void histogramsCountWhatIsThere() {
    Histogram h = Histogram.of("x", new float[] {-1, 0, Float.NaN, 3, 0});
    assertThat(h.min()).isEqualTo(-1);
    assertThat(h.max()).isEqualTo(3);
    assertThat(h.mean()).isEqualTo(0.5);
    assertThat(h.std()).isEqualTo(1.5);
    assertThat(h.zeros()).isEqualTo(0.4);
    assertThat(h.nonFinite()).isEqualTo(1);
    assertThat(h.bins()).hasSize(40).contains(1, 2);
    assertThat(h.bins()[0]).isEqualTo(1);
    assertThat(h.bins()[10]).isEqualTo(2);
    assertThat(h.bins()[39]).isEqualTo(1);
    assertThat(Histogram.of("same", new float[] {2, 2}).bins()[0]).isEqualTo(2);
    assertThat(Histogram.of("none", new float[] {Float.NaN}).nonFinite()).isEqualTo(1);
  }

  @Test
  void showsNumbers() throws IOException, InterruptedException {
    List<NumberFindings.Point> points = new ArrayList<>();
    for (int i = 0; i < 2500; i++) {
      points.add(new NumberFindings.Point(i, i, i + (i == 77 ? -50 : 0.5)));
    }
    NumberFindings numbers = NumberFindings.of(points);
    assertThat(numbers.points()).hasSize(834);
    assertThat(numbers.worst()).hasSize(20);
    assertThat(numbers.worst().getFirst()).isEqualTo(points.get(77));
    assertThat(numbers.residuals().min()).isEqualTo(-50);
    Path page = report(null, numbers);
    Browser.required().look(page, "report-numbers", 1 + 2 + 1);
  }

  @Test
  void showsManyClasses() throws IOException, InterruptedException {
    int classes = 50;
    ClassFindings findings;
    try (Scope scope = Scope.open("test")) {
      DataSet data =
          DataSet.classification(
              scope.of(new float[6], 3, 2), scope.of(new int[] {0, 1, 2}, 3), classes);
      float[] probabilities = new float[3 * classes];
      probabilities[7] = 1; // sample 0, of class 0, is taken for class 7
      probabilities[classes + 1] = 1;
      probabilities[2 * classes + 2] = 0.25f;
      probabilities[2 * classes + 9] = 0.75f;
      Counter counter = new Counter(data);
      counter.add(probabilities, new int[] {0, 1, 2});
      findings = counter.findings();
    }
    assertThat(findings.confusion()[0][7]).isEqualTo(1);
    assertThat(findings.confusion()[1][1]).isEqualTo(1);
    assertThat(findings.mistakes())
        .containsExactly(
            new ClassFindings.Mistake(0, "0", "7", 1, 0, null),
            new ClassFindings.Mistake(2, "2", "9", 0.75, 0.25, null));
    Path page = report(findings, null);
    Browser.required().look(page, "report-classes", 1 + 2 + 1);
  }
}
