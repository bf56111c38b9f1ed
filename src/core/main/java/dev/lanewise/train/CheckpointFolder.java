package dev.lanewise.train;

import dev.lanewise.io.Checkpoint;
import dev.lanewise.io.CorruptCheckpointException;
import dev.lanewise.tensor.Scope;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The checkpoints of one run: {@code step-0000000450.safetensors} and so on, the newest few, and
 * {@code best.safetensors} if the best is to be kept. Each is written before an older one goes, so
 * that a crash at any moment leaves a whole one.
 */
public final class CheckpointFolder {
  private static final Pattern NAME = Pattern.compile("step-(\\d{10,18})\\.safetensors");

  private static final String BEST = "best.safetensors";

  private final Path folder;
  private final int keep;

  /**
   * Names a folder, which is made when the first checkpoint is written.
   *
   * @param folder where the checkpoints are
   * @param keep how many to keep, at least 1
   * @throws IllegalArgumentException if {@code keep} is less than 1
   */
  public CheckpointFolder(Path folder, int keep) {
    if (keep < 1) {
      throw new IllegalArgumentException("checkpoint.keep must be at least 1, found " + keep);
    }
    this.folder = folder;
    this.keep = keep;
  }

  /** Writes the checkpoint of {@code step} and lets the oldest beyond the number to keep go. */
  void save(Checkpoint checkpoint, long step) {
    write(checkpoint, String.format(Locale.ROOT, "step-%010d.safetensors", step));
    List<Path> files = List.copyOf(files().descendingMap().values());
    try {
      for (Path old : files.subList(Math.min(keep, files.size()), files.size())) {
        Files.deleteIfExists(old);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot delete an old checkpoint in " + folder, e);
    }
  }

  /** Writes the checkpoint of the best epoch so far, in place of the one before. */
  void saveBest(Checkpoint checkpoint) {
    write(checkpoint, BEST);
  }

  private void write(Checkpoint checkpoint, String name) {
    try {
      Files.createDirectories(folder);
      checkpoint.write(folder.resolve(name));
    } catch (FileAlreadyExistsException e) {
      throw new UncheckedIOException(
          "cannot write a checkpoint to " + folder + ": it is not a folder", e);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write a checkpoint to " + folder, e);
    }
  }

  /** {@return the checkpoint of the epoch with the smallest validation loss, if that was kept} */
  public Optional<Path> best() {
    return Optional.of(folder.resolve(BEST)).filter(Files::isRegularFile);
  }

  /**
   * Looks for the newest checkpoint that is whole.
   *
   * @param scope owner of its tensors
   * @param damaged hears of each newer one that could not be used, and why
   * @return the checkpoint, or null if there is none
   * @throws UncheckedIOException if the folder or a file of it cannot be read
   */
  public @Nullable Checkpoint newest(Scope scope, Consumer<CorruptCheckpointException> damaged) {
    for (Path file : files().descendingMap().values()) {
      try {
        return Checkpoint.read(file, scope);
      } catch (CorruptCheckpointException e) {
        damaged.accept(e);
      }
    }
    return null;
  }

  /**
   * {@return the checkpoints there are, by the number of steps before them; without the best}
   *
   * @throws UncheckedIOException if the folder cannot be read
   */
  public NavigableMap<Long, Path> files() {
    NavigableMap<Long, Path> found = new TreeMap<>();
    if (Files.isDirectory(folder)) {
      try (Stream<Path> files = Files.list(folder)) {
        files.forEach(
            file -> {
              Matcher name = NAME.matcher(String.valueOf(file.getFileName()));
              if (name.matches()) {
                found.put(Long.valueOf(name.group(1)), file);
              }
            });
      } catch (IOException e) {
        throw new UncheckedIOException("cannot list " + folder, e);
      }
    }
    return found;
  }
}
