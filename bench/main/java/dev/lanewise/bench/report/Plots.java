package dev.lanewise.bench.report;

import java.awt.Color;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.VectorGraphicsEncoder;
import org.knowm.xchart.VectorGraphicsEncoder.VectorGraphicsFormat;
import org.knowm.xchart.style.Styler;

/** Results as bar charts: medians, with the distance to the farther of slowest and fastest. */
final class Plots {
  private static final int WIDTH = 900;
  private static final int HEIGHT = 400;

  private Plots() {}

  /** Writes the chart of a group. */
  static void write(Results results, String group, Path svg) {
    String unit = results.of(group).findFirst().map(Figure::unit).orElse("");
    CategoryChart chart =
        new CategoryChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(group + ", " + unit)
            .theme(Styler.ChartTheme.GGPlot2)
            .build();
    chart.getStyler().setLegendPosition(Styler.LegendPosition.OutsideE);
    chart.getStyler().setChartBackgroundColor(Color.WHITE);
    chart.getStyler().setYAxisMin(0.0);
    chart.getStyler().setXAxisLabelRotation(15);
    List<String> works = results.works(group);
    for (String series : results.series(group)) {
      List<Figure> figures =
          works.stream().flatMap(work -> results.find(group, work, series).stream()).toList();
      chart.addSeries(
          series,
          figures.stream().map(Figure::work).toList(),
          figures.stream().map(Figure::median).toList(),
          figures.stream()
              .map(f -> Math.max(f.high() - f.median(), f.median() - f.low()))
              .toList());
    }
    try {
      VectorGraphicsEncoder.saveVectorGraphic(chart, svg.toString(), VectorGraphicsFormat.SVG);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
