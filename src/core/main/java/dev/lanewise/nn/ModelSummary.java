package dev.lanewise.nn;

import dev.lanewise.autodiff.Tape;
import dev.lanewise.autodiff.Var;
import dev.lanewise.tensor.DType;
import dev.lanewise.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A network layer by layer, as {@link Sequential#summary} finds it; {@link #toString} is a table.
 *
 * @param rows the layers, those of nested {@link Sequential}s one by one
 */
public record ModelSummary(List<Row> rows) {

  /**
   * A layer.
   *
   * @param name its position, the prefix of its parameters
   * @param layer what it is
   * @param output shape of its result for one sample
   * @param parameters trainable numbers
   * @param flops floating-point operations for one sample, counted as {@link Tape#flops} does
   */
  public record Row(String name, String layer, Shape output, long parameters, long flops) {}

  /** Copies the rows. */
  public ModelSummary {
    rows = List.copyOf(rows);
  }

  static ModelSummary of(Sequential model, Shape sample, DType dtype) {
    model.outputShape(sample);
    List<Row> rows = new ArrayList<>();
    try (Tape tape = Tape.open(model.store())) {
      Var x = tape.constant(tape.scope().zeros(dtype, sample.insert(0, 1)));
      collect(rows, "", model, Forward.evaluation(tape).within(model), x);
    }
    return new ModelSummary(rows);
  }

  private static Var collect(
      List<Row> rows, String prefix, Sequential model, Forward pass, Var input) {
    Var x = input;
    for (int i = 0; i < model.layers().size(); i++) {
      Layer layer = model.layers().get(i);
      Forward own = pass.child(Integer.toString(i));
      String name = prefix + i;
      if (layer instanceof Sequential inner) {
        x = collect(rows, name + ".", inner, own, x);
        continue;
      }
      long before = x.tape().flops();
      x = layer.forward(own, x);
      long parameters = layer.parameters().stream().mapToLong(p -> p.shape().size()).sum();
      long flops = x.tape().flops() - before;
      rows.add(new Row(name, layer.describe(), x.shape().without(0), parameters, flops));
    }
    return x;
  }

  /** {@return trainable numbers of all layers} */
  public long parameters() {
    return rows.stream().mapToLong(Row::parameters).sum();
  }

  /** {@return floating-point operations of all layers for one sample} */
  public long flops() {
    return rows.stream().mapToLong(Row::flops).sum();
  }

  @Override
  public String toString() {
    List<String[]> lines = new ArrayList<>();
    lines.add(new String[] {"", "layer", "output", "parameters", "flops"});
    for (Row row : rows) {
      lines.add(
          new String[] {
            row.name, row.layer, row.output.toString(), number(row.parameters), number(row.flops)
          });
    }
    lines.add(new String[] {"", "all", "", number(parameters()), number(flops())});
    int[] widths = new int[5];
    for (String[] line : lines) {
      for (int c = 0; c < widths.length; c++) {
        widths[c] = Math.max(widths[c], line[c].length());
      }
    }
    String form =
        "%%-%ds  %%-%ds  %%-%ds  %%%ds  %%%ds\n"
            .formatted(Math.max(1, widths[0]), widths[1], widths[2], widths[3], widths[4]);
    StringBuilder table = new StringBuilder();
    lines.forEach(line -> table.append(form.formatted((Object[]) line)));
    return table.toString();
  }

  private static String number(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }
}
