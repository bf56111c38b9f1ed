package dev.lanewise.train;

import dev.lanewise.autodiff.OpObserver;
import dev.lanewise.io.Sha256;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import dev.lanewise.tensor.TensorStore;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A file with a line for everything that training computes, in order: initial values, the data of
 * each step, the result of each op forward and backward, and the parameters after the step. Where
 * two machines differ, the first line that differs names the op; see {@code lanewise trace-diff}.
 *
 * <p>A line holds, separated by tabs: step, number within the step, name, shape, and the first 64
 * bits of the SHA-256 of the elements, little-endian. It costs about as much time as training.
 */
public final class HashTrace implements OpObserver, AutoCloseable {
  /** The first line of every trace. */
  public static final String FORMAT = "lanewise-trace-v1";

  private static final int HASH_DIGITS = 16;

  private final Path file;
  private final BufferedWriter out;
  private final Sha256 sum = new Sha256();
  private long step;
  private int number;

  /**
   * Begins the file anew.
   *
   * @param file where to; an old file is replaced
   * @throws UncheckedIOException if it cannot be written
   */
  public HashTrace(Path file) {
    this.file = file;
    try {
      out = Files.newBufferedWriter(file);
      out.write(FORMAT + "\n");
    } catch (IOException e) {
      throw failed(e);
    }
  }

  /** What follows belongs to {@code value}. */
  void step(long value) {
    step = value;
    number = 0;
  }

  /** Writes a line for each tensor of {@code store}. */
  void store(String what, TensorStore store) {
    store.names().forEach(name -> computed(what + " " + name, store.get(name)));
  }

  @Override
  public void computed(String op, Tensor result) {
    sum.add(result);
    String hash = sum.hex().substring(0, HASH_DIGITS);
    Shape shape = result.shape();
    try {
      out.write(step + "\t" + number++ + "\t" + op + "\t" + shape + "\t" + hash + "\n");
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private UncheckedIOException failed(IOException e) {
    return new UncheckedIOException("cannot write the trace " + file, e);
  }

  @Override
  public void close() {
    try {
      out.close();
    } catch (IOException e) {
      throw failed(e);
    }
  }
}
