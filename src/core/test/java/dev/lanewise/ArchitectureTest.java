package dev.lanewise;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.lang.foreign.MemorySegment;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleDescriptor.Exports;
import java.lang.module.ModuleDescriptor.Requires;
import java.lang.module.ModuleReference;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Holds the class files of the core against the table of packages. */
final class ArchitectureTest {

  private static final String ROOT = "dev.lanewise.";

  /**
   * Every package of the core, from the ground up, with what it may know. Packages below one that
   * is named belong to it, and {@code engine} is the same row as its {@code internal.engine}.
   */
  private static final Map<String, Set<String>> KNOWS = table();

  private static final ModuleReference MODULE =
      ArchitectureTest.class
          .getModule()
          .getLayer()
          .configuration()
          .findModule("dev.lanewise")
          .orElseThrow()
          .reference();

  private static final List<JavaClass> CLASSES =
      new ClassFileImporter()
          .importPath(Path.of(MODULE.location().orElseThrow())).stream()
              .filter(type -> type.getPackageName().startsWith(ROOT))
              .toList();

  private static Map<String, Set<String>> table() {
    Map<String, Set<String>> knows = new LinkedHashMap<>();
    knows.put("tensor", Set.of());
    knows.put("internal.random", Set.of());
    knows.put("internal.kernel", Set.of("internal.random"));
    knows.put("internal.concurrent", Set.of());
    knows.put("engine", Set.of("tensor", "internal.kernel", "internal.concurrent"));
    knows.put(
        "internal.op",
        Set.of("tensor", "internal.random", "internal.kernel", "internal.concurrent", "engine"));
    knows.put("autodiff", Set.of("tensor", "internal.random", "engine", "internal.op"));
    knows.put("io", Set.of("tensor"));
    knows.put("nn", Set.of("tensor", "internal.random", "engine", "autodiff", "io"));
    knows.put(
        "optim",
        Set.of("tensor", "engine", "internal.kernel", "internal.concurrent", "internal.op"));
    knows.put("data", Set.of("tensor", "internal.random", "io"));
    knows.put("onnx", Set.of("tensor", "autodiff", "io", "nn", "data"));
    knows.put("metric", Set.of("tensor"));
    knows.put("train", Set.copyOf(knows.keySet()));
    return knows;
  }

  @Test
  void tableOnlyPointsDown() {
    List<String> rows = List.copyOf(KNOWS.keySet());
    KNOWS.forEach(
        (row, known) -> assertThat(rows.subList(0, rows.indexOf(row))).as(row).containsAll(known));
  }

  @Test
  void everyPackageHasARow() {
    assertThat(CLASSES).extracting(ArchitectureTest::row).isSubsetOf(KNOWS.keySet());
  }

  @Test
  void packagesKnowOnlyWhatTheTableAllows() {
    Set<String> arrows = new TreeSet<>();
    for (JavaClass type : CLASSES) {
      Set<String> allowed = KNOWS.getOrDefault(row(type), Set.of());
      type.getDirectDependenciesFromSelf().stream()
          .filter(dependency -> dependency.getTargetClass().getPackageName().startsWith(ROOT))
          .filter(dependency -> !row(dependency.getTargetClass()).equals(row(type)))
          .filter(dependency -> !allowed.contains(row(dependency.getTargetClass())))
          .forEach(dependency -> arrows.add(dependency.getDescription()));
    }
    assertThat(arrows).isEmpty();
  }

  @Test
  void noVectorTypeIsInAnExportedSignature() {
    Set<String> exported =
        descriptor().exports().stream()
            .filter(export -> !export.isQualified())
            .map(Exports::source)
            .collect(Collectors.toSet());
    List<String> found = new ArrayList<>();
    for (JavaClass type : CLASSES) {
      if (exported.contains(type.getPackageName()) && isVisible(type.getModifiers())) {
        signatures(type)
            .filter(used -> used.getPackageName().startsWith("jdk.incubator"))
            .forEach(used -> found.add(type.getName() + " shows " + used.getName()));
      }
    }
    assertThat(found).isEmpty();
  }

  /**
   * The copy without layouts moves few bytes in a loop that C2 (25.0.3) has compiled wrongly where
   * one of the two was an array. Those who use it copy within native memory, both sides constant.
   */
  @Test
  void arraysAreNotCopiedByTheLoopThatC2GetsWrong() {
    String form = MemorySegment.class.getName() + ".copy(%1$s, long, %1$s, long, long)";
    assertThat(CLASSES.stream().flatMap(type -> type.getMethodCallsFromSelf().stream()))
        .filteredOn(
            call ->
                call.getTarget()
                    .getFullName()
                    .equals(form.formatted(MemorySegment.class.getName())))
        .extracting(call -> call.getOriginOwner().getName().replaceAll(".*\\.|\\$.*", ""))
        .containsOnly("Transfer", "Patches", "Indexing");
  }

  @Test
  void coreNeedsOnlyTheJdk() {
    assertThat(descriptor().requires())
        .filteredOn(needed -> !needed.modifiers().contains(Requires.Modifier.STATIC))
        .extracting(Requires::name)
        .containsExactlyInAnyOrder("java.base", "jdk.incubator.vector", "jdk.management");
    assertThat(descriptor().requires())
        .filteredOn(needed -> needed.modifiers().contains(Requires.Modifier.STATIC))
        .extracting(Requires::name)
        .containsExactly("org.jspecify");
  }

  private static ModuleDescriptor descriptor() {
    return MODULE.descriptor();
  }

  /** The row a class belongs to, or its package's own name when no row covers it. */
  private static String row(JavaClass type) {
    String name = type.getPackageName().substring(ROOT.length());
    if (name.equals("internal.engine")) {
      return "engine";
    }
    return KNOWS.keySet().stream()
        .filter(row -> name.equals(row) || name.startsWith(row + "."))
        .findFirst()
        .orElse(name);
  }

  /** Every type that a user of the class can see: super types, members, type arguments. */
  private static Stream<JavaClass> signatures(JavaClass type) {
    Stream<JavaType> supers =
        Stream.concat(type.getInterfaces().stream(), type.getSuperclass().stream());
    Stream<JavaType> members =
        type.getMembers().stream()
            .filter(member -> isVisible(member.getModifiers()))
            .flatMap(ArchitectureTest::types);
    return Stream.concat(supers, members).flatMap(used -> used.getAllInvolvedRawTypes().stream());
  }

  private static Stream<JavaType> types(JavaMember member) {
    return switch (member) {
      case JavaCodeUnit code ->
          Stream.concat(code.getParameterTypes().stream(), Stream.of(code.getReturnType()));
      case JavaField field -> Stream.of(field.getType());
      default -> throw new AssertionError(member);
    };
  }

  private static boolean isVisible(Set<JavaModifier> modifiers) {
    return modifiers.contains(JavaModifier.PUBLIC) || modifiers.contains(JavaModifier.PROTECTED);
  }
}
