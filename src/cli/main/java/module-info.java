/** The command line. */
@SuppressWarnings("module") // the benchmarks are compiled later
module dev.lanewise.cli {
  requires com.fasterxml.jackson.annotation;
  requires dev.lanewise;
  requires info.picocli;
  requires java.desktop;
  requires java.management;
  requires jdk.incubator.vector;
  requires me.tongfei.progressbar;
  requires tools.jackson.databind;
  requires tools.jackson.dataformat.yaml;
  requires static org.jspecify;

  uses dev.lanewise.internal.kernel.MatMulProvider;

  exports dev.lanewise.cli.bench to
      dev.lanewise.bench;

  opens dev.lanewise.cli to
      info.picocli;
  opens dev.lanewise.cli.bench to
      tools.jackson.databind;
  opens dev.lanewise.cli.recipe to
      tools.jackson.databind;
  opens dev.lanewise.cli.report to
      tools.jackson.databind;
  opens dev.lanewise.cli.run to
      tools.jackson.databind;
}
