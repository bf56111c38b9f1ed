package dev.lanewise.cli.run;

/** The version of this program. */
public final class Version {
  private Version() {}

  /** As the build wrote it down, or {@code development}. */
  public static String current() {
    var descriptor = Version.class.getModule().getDescriptor();
    return descriptor == null ? "development" : descriptor.rawVersion().orElse("development");
  }
}
