package dev.lanewise.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedStackTrace;
import jdk.jfr.consumer.RecordedThread;
import jdk.jfr.consumer.RecordingFile;

/** Where this thread allocates most, by samples of the flight recorder. */
final class AllocationSite {
  private static final long NANOS = 2_000_000_000L;
  private static final int FRAMES = 6;

  private AllocationSite() {}

  /**
   * Runs {@code work} for two seconds: what is allocated at the place that allocates the most
   * bytes, and that place's innermost frames of Lanewise, each as it was compiled.
   */
  static String most(Runnable work) throws IOException {
    Path file = Files.createTempFile("allocation", ".jfr");
    try (Recording recording = new Recording()) {
      recording.enable("jdk.ObjectAllocationSample").with("throttle", "10000/s").withStackTrace();
      recording.start();
      for (long end = System.nanoTime() + NANOS; System.nanoTime() - end < 0; ) {
        work.run();
      }
      recording.stop();
      recording.dump(file);
      Map<String, Long> bytes = new HashMap<>();
      for (RecordedEvent event : RecordingFile.readAllEvents(file)) {
        RecordedThread thread = event.getThread();
        if (thread == null || thread.getJavaThreadId() != Thread.currentThread().threadId()) {
          continue; // the recorder's own, and the compilers'
        }
        bytes.merge(site(event), event.getLong("weight"), Long::sum);
      }
      Set<Map.Entry<String, Long>> sites = bytes.entrySet();
      return sites.isEmpty()
          ? "nowhere that was sampled"
          : Collections.max(sites, Map.Entry.comparingByValue()).getKey();
    } finally {
      Files.delete(file);
    }
  }

  private static String site(RecordedEvent event) {
    RecordedStackTrace stack = event.getStackTrace();
    String what = event.getClass("objectClass").getName();
    return stack == null
        ? what
        : stack.getFrames().stream()
            .filter(frame -> frame.getMethod().getType().getName().startsWith("dev.lanewise"))
            .limit(FRAMES)
            .map(
                frame ->
                    "%n  in %s %s.%s:%d"
                        .formatted(
                            frame.getType(),
                            frame.getMethod().getType().getName(),
                            frame.getMethod().getName(),
                            frame.getLineNumber()))
            .collect(Collectors.joining("", what, ""));
  }
}
