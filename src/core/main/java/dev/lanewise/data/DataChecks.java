package dev.lanewise.data;

import dev.lanewise.tensor.DType;
import dev.lanewise.tensor.DTypeException;
import dev.lanewise.tensor.ShapeException;
import dev.lanewise.tensor.Tensor;
import java.util.List;

/** What tensors must be like to be a data set. */
final class DataChecks {
  private DataChecks() {}

  /** Demands features and targets in rows, as many of both. */
  static void rows(Tensor features, Tensor targets, DType targetType) {
    if (features.dtype() != DType.U8 && features.dtype() != DType.F32) {
      throw new DTypeException("features need dtype U8 or F32, not " + features.dtype());
    }
    if (targets.dtype() != targetType) {
      throw new DTypeException("targets need dtype " + targetType + ", not " + targets.dtype());
    }
    if (features.rank() < 2 || !features.isContiguous() || !targets.isContiguous()) {
      throw new ShapeException(
          "data need contiguous features [n, ...] and targets, not "
              + features.layout()
              + " and "
              + targets.layout());
    }
    long count = features.dim(0);
    if (targets.rank() == 0 || targets.dim(0) != count) {
      throw new DataException(
          "features and targets differ in number: " + features.shape() + ", " + targets.shape());
    }
    if (features.size() == 0) {
      throw new DataException("there are no samples: the features have shape " + features.shape());
    }
    if (count > Integer.MAX_VALUE || features.size() / count > Integer.MAX_VALUE) {
      throw new DataException("more than 2^31 - 1 samples, or values in one: " + features.shape());
    }
  }

  /** Demands one class for each sample. */
  static void labels(Tensor labels, int classes) {
    if (labels.rank() != 1) {
      throw new ShapeException("labels need shape [n], not " + labels.shape());
    }
    int at = Gather.labelOutside(labels, classes);
    if (at >= 0) {
      throw new DataException(
          "label "
              + labels.getInt(at)
              + " of sample "
              + at
              + " is out of range, expected 0 to "
              + (classes - 1));
    }
  }

  /** Demands tokens with a class each. */
  static void sequences(Tensor tokens, Tensor targets, int classes) {
    if (tokens.dtype() != DType.I32 || targets.dtype() != DType.I32) {
      throw new DTypeException(
          "sequences need dtype I32, not %s and %s".formatted(tokens.dtype(), targets.dtype()));
    }
    if (tokens.rank() != 2
        || !tokens.shape().equals(targets.shape())
        || !tokens.isContiguous()
        || !targets.isContiguous()) {
      throw new ShapeException(
          "sequences need contiguous tokens and targets [n, t], not %s and %s"
              .formatted(tokens.layout(), targets.layout()));
    }
    if (tokens.size() == 0) {
      throw new DataException("there are no samples: the tokens have shape " + tokens.shape());
    }
    for (Tensor part : List.of(tokens, targets)) {
      int at = Gather.labelOutside(part, classes);
      if (at >= 0) {
        throw new DataException(
            "token %d at %d is out of range, expected 0 to %d"
                .formatted(part.reshape(part.size()).getInt(at), at, classes - 1));
      }
    }
  }
}
