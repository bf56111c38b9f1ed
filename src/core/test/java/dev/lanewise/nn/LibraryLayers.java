package dev.lanewise.nn;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Set;
import java.util.TreeSet;

/** The layers that the library has, so that a test can fail for one that it leaves out. */
public final class LibraryLayers {
  private LibraryLayers() {}

  /** Names of their classes. */
  public static Set<String> names() {
    Set<String> names = new TreeSet<>();
    for (JavaClass type :
        new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(Layer.class.getPackageName())) {
      if (type.isAssignableTo(Layer.class) && !type.isInterface() && type.isTopLevelClass()) {
        names.add(type.getName());
      }
    }
    return names;
  }
}
