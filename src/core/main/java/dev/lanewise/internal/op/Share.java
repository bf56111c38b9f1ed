package dev.lanewise.internal.op;

/** Images shared out to tasks, as many to each but for the last. */
record Share(long images, long perTask) {

  /** Multiply-adds per task, at least. Bits depend on it: see {@link WeightGradient}. */
  private static final long GRAIN = 1_000_000;

  static Share of(int maxTasks, long images, long workPerImage) {
    long least = Math.max(1, GRAIN / Math.max(1, workPerImage));
    return new Share(images, Math.max(least, (images + maxTasks - 1) / maxTasks));
  }

  int tasks() {
    return (int) ((images + perTask - 1) / perTask);
  }

  long end(int task) {
    return Math.min(images, (task + 1) * perTask);
  }
}
