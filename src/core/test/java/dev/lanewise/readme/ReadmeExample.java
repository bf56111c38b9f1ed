package dev.lanewise.readme;

import static dev.lanewise.nn.Layers.dropout;
import static dev.lanewise.nn.Layers.flatten;
import static dev.lanewise.nn.Layers.relu;

import dev.lanewise.data.Digits;
import dev.lanewise.data.Normalizer;
import dev.lanewise.nn.Linear;
import dev.lanewise.nn.Sequential;
import dev.lanewise.optim.AdamW;
import dev.lanewise.optim.Regularizer;
import dev.lanewise.train.Trainer;
import dev.lanewise.train.TrainingResult;

/** The example of the README, between the markers; ReadmeTest compares the two. */
final class ReadmeExample {
  private ReadmeExample() {}

  static TrainingResult run() {
    // begin
    try (var data = Digits.open();
        var model =
            Sequential.of(
                flatten(), Linear.of(64, 128), relu(), dropout(0.1), Linear.of(128, 10))) {
      var normalizer = Normalizer.standard(data.train());
      var train = data.train().batches(32).shuffled(true).normalized(normalizer);
      var test = data.test().batches(256).normalized(normalizer);
      var result =
          Trainer.of(model)
              .optimizer(AdamW.of(3e-3))
              .regularize(Regularizer.l2(1e-5))
              .seed(42)
              .fit(train, test, 10);
      System.out.printf("%.2f %%%n", 100 * result.test().accuracy());
      return result;
    }
    // end
  }
}
