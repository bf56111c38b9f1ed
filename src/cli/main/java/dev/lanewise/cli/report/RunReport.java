package dev.lanewise.cli.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.lanewise.cli.recipe.RecipeReader;
import dev.lanewise.cli.run.Experiment;
import dev.lanewise.cli.run.Json;
import dev.lanewise.cli.run.RunFolder;
import dev.lanewise.engine.Engine;
import tools.jackson.databind.JsonNode;

/**
 * What {@code report.html} shows of one run.
 *
 * @param name of the recipe
 * @param summary as in {@code summary.json}, or null if the run has not ended
 * @param manifest as in {@code manifest.json}, or null if there is none
 * @param recipe as resolved, YAML
 * @param curves how training went
 * @param findings what the trained model is like
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record RunReport(
    String name,
    JsonNode summary,
    JsonNode manifest,
    String recipe,
    Curves curves,
    Findings findings) {

  /**
   * Examines the trained model of {@code experiment} and writes the report of its run.
   *
   * @param summary as in {@code summary.json}
   */
  public static void write(
      RunFolder folder, JsonNode summary, Experiment experiment, Engine engine) {
    Page.REPORT.write(
        folder.report(),
        new RunReport(
            experiment.recipe().name(),
            summary,
            Json.read(folder.manifest()),
            RecipeReader.write(experiment.recipe()),
            Curves.of(folder),
            Findings.of(experiment, engine)));
  }
}
