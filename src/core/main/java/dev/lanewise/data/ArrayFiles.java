package dev.lanewise.data;

import dev.lanewise.io.Idx;
import dev.lanewise.io.MappedTensor;
import dev.lanewise.io.Npy;
import dev.lanewise.io.Npz;
import dev.lanewise.io.SafeTensors;
import dev.lanewise.tensor.Scope;
import dev.lanewise.tensor.Tensor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Arrays by name: the files of a folder, or what is in one file; and the owner of their memory. */
final class ArrayFiles implements AutoCloseable {
  private final Path place;
  private final Scope scope;
  private final List<Runnable> closers = new ArrayList<>();
  private @Nullable SafeTensors tensors;
  private @Nullable Map<String, Tensor> archive;

  ArrayFiles(Path place) {
    this.place = place;
    this.scope = Scope.open(place.toString());
    closers.add(scope::close);
  }

  /** Where copies go. */
  Scope scope() {
    return scope;
  }

  /** A copy of an array, or null if there is none of this name. */
  @Nullable Tensor read(String name) {
    return find(name, false);
  }

  /** An array as a view of its file, or null if there is none of this name. */
  @Nullable Tensor map(String name) {
    return find(name, true);
  }

  private @Nullable Tensor find(String name, boolean mapped) {
    if (Files.isDirectory(place)) {
      Path npy = place.resolve(name + ".npy");
      Path idx = place.resolve(name + ".idx");
      if (Files.isRegularFile(npy)) {
        return mapped ? keep(Npy.map(npy)) : Npy.read(npy, scope);
      }
      if (Files.isRegularFile(idx)) {
        return mapped ? keep(Idx.map(idx)) : Idx.read(idx, scope);
      }
      return null;
    }
    if (!Files.isRegularFile(place)) {
      throw new DataException(place + " does not exist; expected a folder or a file of arrays");
    }
    boolean npz = place.toString().toLowerCase(Locale.ROOT).endsWith(".npz");
    return npz ? member(name, mapped) : tensor(name, mapped);
  }

  private Tensor keep(MappedTensor mapped) {
    closers.add(mapped::close);
    return mapped.tensor();
  }

  private @Nullable Tensor member(String name, boolean mapped) {
    if (mapped) {
      throw new DataException(
          place + ": the arrays of an archive cannot be mapped; unpack it, or use mapped: false");
    }
    if (archive == null) {
      archive = new HashMap<>(Npz.read(place, scope));
    }
    return archive.get(name);
  }

  private @Nullable Tensor tensor(String name, boolean mapped) {
    if (tensors == null) {
      tensors = SafeTensors.open(place);
      closers.add(tensors::close);
    }
    if (!tensors.contains(name)) {
      return null;
    }
    return mapped ? tensors.map(name) : tensors.read(name, scope);
  }

  @Override
  public void close() {
    closers.reversed().forEach(Runnable::run);
    closers.clear();
  }
}
