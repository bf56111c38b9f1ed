package dev.lanewise.cli.report;

import dev.lanewise.train.LearningRateFinder.Found;
import java.nio.file.Path;

/**
 * What the page of a search for a learning rate shows.
 *
 * @param name of the recipe
 * @param lr the rate of the recipe
 * @param found what was found
 */
public record RateSearch(String name, double lr, Found found) {

  /** Writes the page. */
  public void write(Path file) {
    Page.LR_FIND.write(file, this);
  }
}
