package dev.lanewise.cli.recipe;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import dev.lanewise.optim.Clipping;
import org.jspecify.annotations.Nullable;

/**
 * How gradients are limited: {@code {norm: 1.0}} or {@code {value: 0.5}}.
 *
 * @param norm largest Euclidean norm of all gradients together, or null
 * @param value largest absolute value of an element, or null
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ClipSpec(
    @JsonSetter(nulls = Nulls.SET) @Nullable Double norm,
    @JsonSetter(nulls = Nulls.SET) @Nullable Double value) {

  /** Checks the values. */
  public ClipSpec {
    clipping(norm, value);
  }

  /** The clipping. */
  public Clipping build() {
    return clipping(norm, value);
  }

  private static Clipping clipping(@Nullable Double norm, @Nullable Double value) {
    if (norm != null && value == null) {
      return Clipping.norm(norm);
    }
    if (value != null && norm == null) {
      return Clipping.value(value);
    }
    throw new IllegalArgumentException("expected one of norm and value");
  }
}
