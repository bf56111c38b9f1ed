package dev.lanewise.bench.report;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * One file of results.
 *
 * @param environment where, when and of what commit
 * @param figures in the order of the tables
 */
record Results(Map<String, String> environment, List<Figure> figures) {

  /** The files of a folder of results, in the order of its page. */
  static final List<String> NAMES =
      List.of("step", "start", "gemm", "products", "scaling", "kernels");

  /** Reads and writes results, with keys in snake case. */
  static final JsonMapper MAPPER =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .build();

  /** Reads {@code folder/name.json}, if there is one. */
  static Optional<Results> read(Path folder, String name) {
    Path file = folder.resolve(name + ".json");
    return Files.exists(file)
        ? Optional.of(MAPPER.readValue(file, Results.class))
        : Optional.empty();
  }

  /** Writes {@code folder/name.json}. */
  void write(Path folder, String name) {
    MAPPER.writeValue(folder.resolve(name + ".json"), this);
  }

  /** The groups, in order. */
  List<String> groups() {
    return distinct(figures.stream().map(Figure::group));
  }

  /** The works of a group, in order. */
  List<String> works(String group) {
    return distinct(of(group).map(Figure::work));
  }

  /** The series of a group, in order. */
  List<String> series(String group) {
    return distinct(of(group).map(Figure::series));
  }

  /** The figures of a group. */
  Stream<Figure> of(String group) {
    return figures.stream().filter(figure -> figure.group().equals(group));
  }

  /** The figure in one cell of a group's table. */
  Optional<Figure> find(String group, String work, String series) {
    return of(group)
        .filter(figure -> figure.work().equals(work) && figure.series().equals(series))
        .findFirst();
  }

  private static List<String> distinct(Stream<String> values) {
    return List.copyOf(
        values.collect(LinkedHashSet::new, LinkedHashSet::add, LinkedHashSet::addAll));
  }
}
