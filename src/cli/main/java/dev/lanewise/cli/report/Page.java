package dev.lanewise.cli.report;

import dev.lanewise.cli.run.Json;
import dev.lanewise.io.AtomicFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;

/**
 * A self-contained HTML page: the chart library, a script that lays out the page and the data it
 * shows, all in one file. Its content security policy forbids the browser to load anything else.
 */
enum Page {
  /** One run. */
  REPORT;

  /** Writes the page that shows {@code data}, a record that becomes JSON. */
  void write(Path file, Object data) {
    AtomicFile.write(file, html(data));
  }

  private String html(Object data) {
    String template = resource("page.html");
    StringBuilder html = new StringBuilder();
    int at = 0;
    for (String[] part :
        new String[][] {
          {"/*STYLE*/", resource("page.css")},
          {"/*LICENSE*/", resource("LICENSE.md")},
          {"/*LIBRARY*/", withoutSourceMap(resource("chart.umd.min.js"))},
          {"/*DATA*/", embeddable(Json.line(data))},
          {"/*CHARTS*/", resource("charts.js")},
          {"/*LAYOUT*/", resource(name().toLowerCase(Locale.ROOT) + ".js")},
        }) {
      int marker = template.indexOf(part[0], at);
      html.append(template, at, marker).append(part[1]);
      at = marker + part[0].length();
    }
    return html.append(template, at, template.length()).toString();
  }

  /**
   * JSON that cannot end the script element it stands in, nor begin a comment there: {@code <}
   * occurs in strings only, where its escape means the same.
   */
  private static String embeddable(String json) {
    return json.replace("<", "\\u003c");
  }

  private static String withoutSourceMap(String script) {
    return script.replaceFirst("(?m)^//# sourceMappingURL=.*$", "");
  }

  private static String resource(String name) {
    try (InputStream in = Page.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("the program was built without " + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the resource " + name, e);
    }
  }
}
