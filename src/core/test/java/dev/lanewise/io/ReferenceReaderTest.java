package dev.lanewise.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lanewise.nn.BatchNorm;
import dev.lanewise.nn.Conv2d;
import dev.lanewise.nn.Sequential;
import dev.lanewise.tensor.DType;
import dev.lanewise.tensor.Scope;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The files that are written here, read by the reference implementation of safetensors: that of its
 * authors for Python, where {@code python3} on the PATH has it ({@code pip install safetensors}).
 * The other way round, {@link SafeTensorsTest} reads what the reference implementation wrote.
 */
@Timeout(120)
class ReferenceReaderTest {
  private static final String LIST =
      """
      import safetensors, sys
      with open(sys.argv[1], "rb") as file:
          for name, tensor in sorted(safetensors.deserialize(file.read())):
              shape = ",".join(str(n) for n in tensor["shape"])
              print(name, tensor["dtype"], "[" + shape + "]", bytes(tensor["data"]).hex(), sep=";")
      """;

  @TempDir Path folder;

  /** What Python prints, line by line. */
  private static List<String> python(String... arguments) throws InterruptedException {
    List<String> command = new ArrayList<>(List.of("python3", "-X", "utf8"));
    command.addAll(List.of(arguments));
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      List<String> lines = process.inputReader().readAllAsString().lines().toList();
      assumeTrue(
          process.waitFor() == 0 || !lines.toString().contains("No module named 'safetensors'"),
          "python3 has no safetensors");
      assertThat(process.exitValue()).as(lines.toString()).isZero();
      return lines;
    } catch (IOException e) {
      return abort("no python3: " + e.getMessage());
    }
  }

  private static String line(String name, Tensor tensor) {
    String shape =
        String.join(",", LongStream.of(tensor.shape().dims()).mapToObj(Long::toString).toList());
    byte[] bytes = tensor.segment().toArray(ValueLayout.JAVA_BYTE);
    return "%s;%s;[%s];%s".formatted(name, tensor.dtype(), shape, HexFormat.of().formatHex(bytes));
  }

  private void check(Path file, Map<String, Tensor> tensors) throws InterruptedException {
    List<String> expected = new ArrayList<>();
    tensors.forEach((name, tensor) -> expected.add(line(name, tensor)));
    assertThat(python("-c", LIST, file.toString())).containsExactlyInAnyOrderElementsOf(expected);
  }

  @Test
  void everyTypeAndShape() throws InterruptedException {
    Path file = folder.resolve("a.safetensors");
    try (Scope scope = Scope.open()) {
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      for (DType dtype : DType.values()) {
        Tensor tensor = scope.zeros(dtype, Shape.of(3, 1, 2));
        for (int i = 0; i < 6; i++) {
          tensor.setDouble(i % 2, i / 2, 0, i % 2);
        }
        tensors.put("of " + dtype, tensor);
      }
      tensors.put("scalar", scope.scalar(-0f));
      tensors.put("empty", scope.zeros(DType.F64, Shape.of(0, 4)));
      tensors.put("\"ü\\\t\ud83d\ude00", scope.of(new float[] {Float.NaN, Float.MIN_VALUE}));
      SafeTensors.write(file, tensors, Map.of("note", "line\nand \u0001", "format", "pt"));
      check(file, tensors);
    }
  }

  @Test
  void checkpointsAndModels() throws InterruptedException {
    Path file = folder.resolve("b.safetensors");
    try (Scope scope = Scope.open();
        Sequential model = Sequential.of(Conv2d.of(1, 3, 2), BatchNorm.of(3))) {
      model.initialize(3, DType.F32);
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      model.store().names().forEach(name -> tensors.put(name, model.store().values().get(name)));
      model.state().names().forEach(name -> tensors.put(name, model.state().get(name)));
      model.save(file);
      check(file, tensors);
      tensors.put("steps", scope.of(new long[] {1L << 40}));
      new Checkpoint(tensors, Map.of("step", "12")).write(file);
      check(file, tensors);
    }
  }
}
