package dev.lanewise.cli.run;

import dev.lanewise.engine.Engine;
import java.util.Map;

/**
 * Where a program runs.
 *
 * @param jdk version and vendor
 * @param os name and architecture
 * @param cpu the processor's name, or its architecture where it cannot be found out
 * @param cores processors that the JVM may use
 */
public record Machine(String jdk, String os, String cpu, int cores) {
  /** The machine that {@code engine} runs on. */
  public static Machine of(Engine engine) {
    Map<String, String> fingerprint = engine.fingerprint().fields();
    return new Machine(
        fingerprint.getOrDefault("jdk", ""),
        System.getProperty("os.name") + ", " + System.getProperty("os.arch"),
        fingerprint.getOrDefault("cpu", ""),
        Runtime.getRuntime().availableProcessors());
  }
}
