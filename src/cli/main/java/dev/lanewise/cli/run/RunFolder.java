package dev.lanewise.cli.run;

import dev.lanewise.io.AtomicFile;
import dev.lanewise.train.CheckpointFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The folder of one run. Files that say how a run ended are written atomically; a folder that holds
 * a run is never written to by another one.
 *
 * @param path the folder
 */
public record RunFolder(Path path) {
  private static final String RECIPE = "recipe.yaml";
  private static final String MANIFEST = "manifest.json";
  private static final String METRICS = "metrics.jsonl";
  private static final String TIMINGS = "timings.jsonl";
  private static final String CHECKPOINTS = "checkpoints";
  private static final String FAILED_STEPS = "failed-steps";
  private static final String MODEL = "model.safetensors";
  private static final String SUMMARY = "summary.json";
  private static final String EVENTS = "events.out.tfevents.";
  private static final String REPORT = "report.html";
  private static final Path RUNS = Path.of("runs");

  /**
   * The folder of a new run: {@code wanted}, or the first free one of {@code runs/NAME-1}, {@code
   * runs/NAME-2}, ... in the current folder. Nothing is written yet.
   *
   * @throws RunFolderException if it holds another run or cannot be written
   */
  public static RunFolder forNewRun(@Nullable Path wanted, String name) {
    if (wanted != null) {
      RunFolder folder = new RunFolder(wanted);
      folder.requireFree();
      return folder;
    }
    String safe = name.replaceAll("[^A-Za-z0-9._-]", "_");
    int number = 1;
    while (Files.exists(RUNS.resolve(safe + "-" + number))) {
      number++;
    }
    RunFolder folder = new RunFolder(RUNS.resolve(safe + "-" + number));
    folder.requireFree();
    return folder;
  }

  private void requireFree() {
    Optional<String> other =
        List.of(RECIPE, MANIFEST, METRICS, MODEL, SUMMARY).stream()
            .filter(file -> Files.exists(path.resolve(file)))
            .findFirst();
    if (other.isPresent()) {
      throw new RunFolderException(
          "the output folder %s already holds a run (%s): name another one with --out, or delete it"
              .formatted(path, other.get()),
          null);
    }
    Path existing = path.toAbsolutePath().normalize();
    while (existing != null && !Files.exists(existing)) {
      existing = existing.getParent();
    }
    if (existing == null || !Files.isDirectory(existing)) {
      throw unwritable(existing + " is no folder", null);
    }
    if (!Files.isWritable(existing)) {
      throw unwritable("no permission to write to " + existing, null);
    }
  }

  /**
   * Makes the folder and takes it by writing the recipe.
   *
   * @throws RunFolderException if that fails, or another run has taken it meanwhile
   */
  public void claim(String recipe) {
    requireFree();
    try {
      Files.createDirectories(path);
      Files.createFile(path.resolve(RECIPE));
      AtomicFile.removeLeftovers(path);
      AtomicFile.write(path.resolve(RECIPE), recipe);
    } catch (IOException e) {
      throw unwritable(reason(e), e);
    }
  }

  /**
   * The folder of a run that has ended.
   *
   * @throws RunFolderException if it holds none
   */
  public static RunFolder ofRun(Path path) {
    RunFolder folder = new RunFolder(path);
    for (Path file : List.of(folder.recipe(), folder.model())) {
      if (!Files.isRegularFile(file)) {
        throw new RunFolderException(
            "%s holds no finished run: it has no file %s".formatted(path, file.getFileName()),
            null);
      }
    }
    return folder;
  }

  /**
   * The folder of a run that has begun at least.
   *
   * @throws RunFolderException if it holds none
   */
  public static RunFolder withRecipe(Path path) {
    RunFolder folder = new RunFolder(path);
    if (!Files.isRegularFile(folder.recipe())) {
      throw new RunFolderException(
          "%s holds no run: it has no file %s".formatted(path, RECIPE), null);
    }
    return folder;
  }

  /**
   * The folder of a run that began and has not ended.
   *
   * @throws RunFolderException if it holds none
   */
  public static RunFolder toResume(Path path) {
    RunFolder folder = withRecipe(path);
    if (folder.recipe().toFile().length() == 0) {
      throw new RunFolderException(
          "the run in %s was killed before it began: delete the folder and train again"
              .formatted(path),
          null);
    }
    if (folder.hasEnded()) {
      throw new RunFolderException(
          "the run in %s has ended: nothing is left to resume".formatted(path), null);
    }
    AtomicFile.removeLeftovers(path);
    AtomicFile.removeLeftovers(path.resolve(CHECKPOINTS));
    return folder;
  }

  /** Whether the run has ended, other than by an interruption. */
  public boolean hasEnded() {
    return Files.exists(summary()) && !Json.isTrue(summary(), "interrupted");
  }

  /** The recipe as resolved. */
  public Path recipe() {
    return path.resolve(RECIPE);
  }

  /** The metrics, a line each. */
  public Path metrics() {
    return path.resolve(METRICS);
  }

  /** The file of events for TensorBoard: the one that is there, or a new one. */
  public Path events() {
    try (Stream<Path> files = Files.list(path)) {
      return files
          .filter(file -> String.valueOf(file.getFileName()).startsWith(EVENTS))
          .findFirst()
          .orElseGet(() -> path.resolve(EVENTS + Instant.now().getEpochSecond() + ".lanewise"));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list " + path, e);
    }
  }

  /** How long it took, a line an epoch. */
  public Path timings() {
    return path.resolve(TIMINGS);
  }

  /** The checkpoints, of which the newest {@code keep} stay. */
  public CheckpointFolder checkpoints(int keep) {
    return new CheckpointFolder(path.resolve(CHECKPOINTS), keep);
  }

  /** The steps that were not finite, if there were any. */
  public CheckpointFolder failedSteps() {
    return new CheckpointFolder(path.resolve(FAILED_STEPS), 1);
  }

  /** The folder of {@link #failedSteps}. */
  public Path failedStepsFolder() {
    return path.resolve(FAILED_STEPS);
  }

  /** The trained model. */
  public Path model() {
    return path.resolve(MODEL);
  }

  /** What the run was made of. */
  public Path manifest() {
    return path.resolve(MANIFEST);
  }

  /** How the run ended. */
  public Path summary() {
    return path.resolve(SUMMARY);
  }

  /** The page that shows the run. */
  public Path report() {
    return path.resolve(REPORT);
  }

  /** Writes what the run was made of. */
  public void write(Manifest manifest) {
    AtomicFile.write(manifest(), Json.pretty(manifest));
  }

  /** Writes how the run ended. */
  public void write(Summary summary) {
    AtomicFile.write(summary(), Json.pretty(summary));
  }

  private static String reason(IOException e) {
    return e instanceof FileSystemException refused && refused.getReason() == null
        ? "the file system refuses it"
        : String.valueOf(e.getMessage());
  }

  private RunFolderException unwritable(String why, @Nullable Throwable cause) {
    return new RunFolderException("cannot write to the output folder " + path + ": " + why, cause);
  }
}
