package dev.lanewise.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lanewise.data.DataException;
import dev.lanewise.data.Splits;
import dev.lanewise.data.TextData;
import dev.lanewise.data.Tokenizer;
import dev.lanewise.engine.Engine;
import dev.lanewise.nn.Embedding;
import dev.lanewise.nn.LayerNorm;
import dev.lanewise.nn.Linear;
import dev.lanewise.nn.PositionalEmbedding;
import dev.lanewise.nn.Sequential;
import dev.lanewise.nn.TransformerBlock;
import dev.lanewise.optim.AdamW;
import org.junit.jupiter.api.Test;

class TextGeneratorTest {
  private static final int CONTEXT = 8;
  private static final String TEXT = "abcdefgh".repeat(60);

  private static Sequential model() {
    return Sequential.of(
        new Embedding(8, 16),
        new PositionalEmbedding(CONTEXT, 16),
        TransformerBlock.causal(16, 2),
        LayerNorm.of(16),
        Linear.of(16, 8));
  }

  @Test
  void learnsAndGoesOnWriting() {
    try (Splits splits = TextData.of(TEXT, new TextData.Options(CONTEXT, 0, 0.1));
        Sequential model = model()) {
      TrainingResult result =
          Trainer.of(model)
              .optimizer(AdamW.of(1e-2))
              .seed(1)
              .fit(splits.train().batches(8).shuffled(true), splits.test().batches(4), 8);
      Evaluation last = result.epochs().getLast().validation();
      assertThat(last).isNotNull();
      assertThat(last.loss()).isLessThan(0.1);
      assertThat(last.accuracy()).isGreaterThan(0.99);
      var writer = new TextGenerator(model, Tokenizer.of(splits.train().classNames()), CONTEXT);
      StringBuilder heard = new StringBuilder();
      String text = writer.generate(Engine.shared(), "cdef", 20, 0, 1, heard::append);
      assertThat(text).isEqualTo("ghabcdefghabcdefghab");
      assertThat(heard).hasToString(text);
      String warm = writer.generate(Engine.shared(), "a", 40, 5, 1, token -> {});
      assertThat(writer.generate(Engine.shared(), "a", 40, 5, 1, token -> {})).isEqualTo(warm);
      assertThat(writer.generate(Engine.shared(), "a", 40, 5, 2, token -> {})).isNotEqualTo(warm);
    }
  }

  @Test
  void promptsAreChecked() {
    try (Sequential model = model()) {
      var writer = new TextGenerator(model, Tokenizer.characters("abcdefgh"), CONTEXT);
      assertThatThrownBy(() -> writer.generate(Engine.shared(), "", 1, 1, 1, token -> {}))
          .isInstanceOf(DataException.class);
      assertThatThrownBy(() -> writer.generate(Engine.shared(), "xyz", 1, 1, 1, token -> {}))
          .hasMessageContaining("the character \"x\"");
      assertThatThrownBy(() -> writer.generate(Engine.shared(), "a", 1, -1, 1, token -> {}))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
