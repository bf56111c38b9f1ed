/** The command line. */
module dev.lanewise.cli {
  requires dev.lanewise;
  requires info.picocli;
  requires me.tongfei.progressbar;
  requires tools.jackson.databind;
  requires tools.jackson.dataformat.yaml;
  requires static org.jspecify;

  opens dev.lanewise.cli to
      info.picocli;
}
