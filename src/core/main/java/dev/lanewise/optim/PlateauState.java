package dev.lanewise.optim;

import java.util.Map;

/** What {@link ReduceOnPlateau} remembers. */
final class PlateauState {
  private static final String BEST = "plateau.best";
  private static final String BAD = "plateau.bad";
  private static final String COOLDOWN = "plateau.cooldown";
  private static final String SCALE = "plateau.scale";

  private final ReduceOnPlateau settings;
  private double best = Double.POSITIVE_INFINITY;
  private int bad;
  private int cooldown;
  private double scale = 1;

  PlateauState(ReduceOnPlateau settings) {
    this.settings = settings;
  }

  void observe(double loss) {
    if (loss < best * (1 - settings.threshold())) {
      best = loss;
      bad = 0;
    } else {
      bad++;
    }
    if (cooldown > 0) {
      cooldown--;
      bad = 0;
    }
    if (bad > settings.patience()) {
      scale *= settings.factor();
      cooldown = settings.cooldown();
      bad = 0;
    }
  }

  /** The rate that takes the place of {@code scheduled}. */
  double reduced(double scheduled) {
    return scale == 1
        ? scheduled
        : Math.max(scale * scheduled, Math.min(scheduled, settings.minLr()));
  }

  void save(Map<String, String> state) {
    state.put(BEST, Double.toHexString(best));
    state.put(BAD, Integer.toString(bad));
    state.put(COOLDOWN, Integer.toString(cooldown));
    state.put(SCALE, Double.toHexString(scale));
  }

  void restore(Map<String, String> state) {
    best = Double.parseDouble(Check.present(state, BEST));
    bad = Integer.parseInt(Check.present(state, BAD));
    cooldown = Integer.parseInt(Check.present(state, COOLDOWN));
    scale = Double.parseDouble(Check.present(state, SCALE));
  }
}
