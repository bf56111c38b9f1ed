package dev.lanewise.internal.engine;

import dev.lanewise.engine.Engine;
import dev.lanewise.engine.EngineOptions;
import dev.lanewise.engine.Fingerprint;
import dev.lanewise.engine.KernelChoice;
import dev.lanewise.engine.Mode;
import dev.lanewise.engine.NativeLibraryException;
import dev.lanewise.internal.concurrent.Parallel;
import dev.lanewise.internal.kernel.Kernels;
import dev.lanewise.internal.kernel.Lanes;
import dev.lanewise.internal.kernel.MatMulProvider;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;

/** The engine: kernels chosen once at start, and the pool that runs them. */
public final class CpuEngine implements Engine {

  private static final class Shared {
    static final CpuEngine ENGINE = new CpuEngine(EngineOptions.defaults(), true);
  }

  /** A matrix product provider, or why there is none. */
  private sealed interface Provider {
    record Loaded(MatMulProvider provider) implements Provider {}

    record Failed(NativeLibraryException cause) implements Provider {}
  }

  private static final String NO_FMA =
      "fma: this JVM has no hardware FMA (a processor without it, or -XX:-UseFMA); the bits are the"
          + " same, but computing is many times slower";

  private final EngineOptions options;
  private final boolean shared;
  private final Fingerprint fingerprint;
  private final List<String> report = new ArrayList<>();
  private String matmul = "java";
  private final Kernels kernels;
  private final Parallel parallel;
  private final Object warmUpLock = new Object();

  /** Guarded by the lock. */
  private boolean warm;

  /** Starts an engine, see {@link Engine#of}. */
  public CpuEngine(EngineOptions options) {
    this(options, false);
  }

  private CpuEngine(EngineOptions options, boolean shared) {
    this.options = options;
    this.shared = shared;
    this.kernels = choose(options);
    String fma = Processor.usesFma();
    if (fma.equals("false")) {
      report.add(NO_FMA);
      System.getLogger("dev.lanewise").log(System.Logger.Level.WARNING, NO_FMA);
    }
    this.fingerprint = Fingerprint.of(options.mode(), machine(fma));
    this.parallel = new Parallel(options.threads());
  }

  private Map<String, String> machine(String fma) {
    Map<String, String> machine = new LinkedHashMap<>();
    var module = CpuEngine.class.getModule().getDescriptor();
    machine.put("lanewise", module == null ? "unknown" : module.rawVersion().orElse("unknown"));
    machine.put(
        "jdk", System.getProperty("java.vm.version") + ", " + System.getProperty("java.vendor"));
    machine.put("arch", System.getProperty("os.arch"));
    machine.put("cpu", Processor.name());
    machine.put("vector_bits", String.valueOf(kernels.bits()));
    machine.put("fma", fma);
    machine.put("matmul", matmul);
    return machine;
  }

  /** See {@link Engine#shared()}. */
  public static CpuEngine shared() {
    return Shared.ENGINE;
  }

  private Kernels choose(EngineOptions options) {
    boolean wantsProvider =
        options.kernels() == KernelChoice.OPENBLAS
            || options.mode() == Mode.FAST && options.kernels() == KernelChoice.AUTO;
    Kernels chosen = options.kernels() == KernelChoice.SCALAR ? Kernels.scalar() : Kernels.vector();
    if (wantsProvider) {
      switch (provider()) {
        case Provider.Loaded(var provider) -> {
          boolean all = options.kernels() == KernelChoice.OPENBLAS;
          String where = all ? "" : " where it is faster";
          chosen = all ? chosen.with(provider) : chosen.withFaster(provider);
          matmul = chosen.name() + ": " + provider.configuration();
          report.add("matmul: " + provider.name() + where + ", " + provider.description());
        }
        case Provider.Failed(var cause) -> {
          if (options.kernels() == KernelChoice.OPENBLAS) {
            throw cause;
          }
          report.add("openblas: not used, " + cause.getMessage());
        }
      }
    } else if (options.mode() == Mode.STRICT) {
      report.add("openblas: not used, strict mode computes with Java kernels only");
    }
    report.addFirst(
        "kernels: %s, %s"
            .formatted(
                chosen.name(), chosen.bits() == 0 ? "no vectors" : Lanes.BITS + "-bit vectors"));
    return chosen;
  }

  private static Provider provider() {
    try {
      return ServiceLoader.load(MatMulProvider.class)
          .findFirst()
          .<Provider>map(Provider.Loaded::new)
          .orElseGet(
              () ->
                  new Provider.Failed(
                      new NativeLibraryException(
                          "the module dev.lanewise.openblas is not on the module path")));
    } catch (ServiceConfigurationError e) {
      return new Provider.Failed(
          e.getCause() instanceof NativeLibraryException cause
              ? cause
              : new NativeLibraryException("OpenBLAS could not be loaded: " + e.getMessage(), e));
    } catch (NativeLibraryException e) {
      return new Provider.Failed(e);
    }
  }

  /** The kernels in use. */
  public Kernels kernelSet() {
    return kernels;
  }

  /** The pool. */
  public Parallel parallel() {
    return parallel;
  }

  @Override
  public EngineOptions options() {
    return options;
  }

  @Override
  public String kernels() {
    return kernels.name();
  }

  @Override
  public int vectorBits() {
    return kernels.bits();
  }

  @Override
  public List<String> report() {
    return List.copyOf(report);
  }

  @Override
  public Fingerprint fingerprint() {
    return fingerprint;
  }

  @Override
  public void warmUp() {
    synchronized (warmUpLock) {
      if (!warm) {
        // OpenBLAS has nothing to be compiled, and would take the small products of the warm-up
        Warmup.run(options.kernels() == KernelChoice.AUTO ? Kernels.vector() : kernels);
        warm = true;
      }
    }
  }

  @Override
  public void close() {
    if (!shared) {
      parallel.close();
    }
  }
}
