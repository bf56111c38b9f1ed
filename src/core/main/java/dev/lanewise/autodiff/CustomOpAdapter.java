package dev.lanewise.autodiff;

import dev.lanewise.internal.op.Exec;
import dev.lanewise.internal.op.Op;
import dev.lanewise.internal.op.Pull;
import dev.lanewise.internal.op.Value;
import dev.lanewise.internal.op.Views;
import dev.lanewise.tensor.DType;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A user's op as one of ours. */
record CustomOpAdapter(CustomOp custom) implements Op {
  @Override
  public String name() {
    return custom.name();
  }

  @Override
  public boolean isStrict() {
    return custom.isStrict();
  }

  @Override
  public Shape shape(Shape... in) {
    return custom.shape(in);
  }

  @Override
  public DType dtype(DType... in) {
    return in[0];
  }

  @Override
  public void forward(Exec exec, Tensor[] in, Tensor out) {
    custom.forward(in, out);
  }

  @Override
  public List<@Nullable Pull> gradient(Value[] in, Value out, Value g) {
    Var[] vars = new Var[in.length];
    for (int i = 0; i < in.length; i++) {
      vars[i] = (Var) in[i];
    }
    List<@Nullable Var> gradients = custom.gradient(vars, (Var) out, (Var) g);
    if (gradients.size() != in.length) {
      throw new IllegalStateException(
          "%s: its gradient has %d entries for %d inputs"
              .formatted(name(), gradients.size(), in.length));
    }
    List<@Nullable Pull> pulls = new ArrayList<>();
    for (Var v : gradients) {
      pulls.add(v == null ? null : new Pull(new Views.Identity(), v));
    }
    return pulls;
  }
}
