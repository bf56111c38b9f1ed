package dev.lanewise.openblas;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/** The functions of the C library that loading needs. POSIX systems only. */
final class LibC {

  private static final MethodHandle SETENV =
      handle(
          "setenv",
          FunctionDescriptor.of(
              ValueLayout.JAVA_INT,
              ValueLayout.ADDRESS,
              ValueLayout.ADDRESS,
              ValueLayout.JAVA_INT));
  private static final MethodHandle GETUID =
      handle("getuid", FunctionDescriptor.of(ValueLayout.JAVA_INT));

  private static final MethodHandle FESETENV =
      handle("fesetenv", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS));

  private LibC() {}

  @SuppressWarnings("restricted") // linking to functions every C library has
  private static MethodHandle handle(String name, FunctionDescriptor descriptor) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), descriptor);
  }

  /**
   * Sets a variable of this process as native code sees it; {@link System#getenv} and child
   * processes started from Java keep the old value.
   */
  static void setenv(String name, String value) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment key = arena.allocateFrom(name);
      int failed = (int) SETENV.invokeExact(key, arena.allocateFrom(value), 1);
      if (failed != 0) {
        throw new IllegalStateException("setenv failed for " + name);
      }
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError("a downcall throws nothing checked", e);
    }
  }

  /** The user id this process runs under. */
  static int getuid() {
    try {
      return (int) GETUID.invokeExact();
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError("a downcall throws nothing checked", e);
    }
  }

  /**
   * Puts rounding and the handling of subnormal numbers on this thread back to what C programs, and
   * Java, start with: {@code fesetenv(FE_DFL_ENV)}.
   */
  @SuppressWarnings("restricted") // a symbol every C library of that system has
  static void resetFloatingPoint() {
    MemorySegment standard =
        Linker.nativeLinker()
            .defaultLookup()
            .find("_FE_DFL_ENV") // a variable on macOS, the pointer -1 in glibc and musl
            .orElse(MemorySegment.ofAddress(-1));
    try {
      int failed = (int) FESETENV.invokeExact(standard);
      if (failed != 0) {
        throw new IllegalStateException("fesetenv failed");
      }
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError("a downcall throws nothing checked", e);
    }
  }
}
