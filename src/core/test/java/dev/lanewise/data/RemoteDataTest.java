package dev.lanewise.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lanewise.io.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Fetches from folders that stand in for servers; nothing here uses the network. */
class RemoteDataTest {
  @TempDir Path folder;

  private final byte[] images = TestFiles.images(2, 3, 2);
  private final byte[] labels = TestFiles.labels(1, 2);
  private final List<RemoteFile> files =
      List.of(described("images", images), described("labels", labels));
  private final List<String> heard = new ArrayList<>();

  private final DownloadListener listener =
      new DownloadListener() {
        @Override
        public void progress(String file, long done, long total) {
          heard.add(file + " " + done + "/" + total);
        }

        @Override
        public void started(String what) {
          heard.add(what);
        }
      };

  private DataCache cache = new DataCache(Path.of("unset"));

  @BeforeEach
  void makeServers() throws IOException {
    cache = new DataCache(folder.resolve("cache"));
    for (String server : List.of("empty", "false", "half", "good")) {
      Files.createDirectory(folder.resolve(server));
    }
    TestFiles.gzip(folder.resolve("false/images.gz"), TestFiles.images(2, 2, 3));
    TestFiles.gzip(folder.resolve("half/images.gz"), images);
    TestFiles.gzip(folder.resolve("good/images.gz"), images);
    TestFiles.gzip(folder.resolve("good/labels.gz"), labels);
  }

  @Test
  void takesEachFileFromTheFirstThatHasIt() throws IOException {
    RemoteData data = data("empty", "half", "good");
    assertThat(data.isIn(cache)).isFalse();
    Path fetched = data.fetch(cache, listener);
    assertThat(fetched).isEqualTo(cache.folder("test"));
    assertThat(fetched.resolve("images")).hasBinaryContent(images);
    assertThat(fetched.resolve("labels")).hasBinaryContent(labels);
    assertThat(names(fetched)).containsExactly(".lock", "images", "labels");
    assertThat(heard).hasSize(5).contains("images 28/28", "labels 10/10");
    assertThat(data.isIn(cache)).isTrue();
    heard.clear();
    data.fetch(cache, listener);
    assertThat(heard).isEmpty();
    assertThat(data.bytes()).isEqualTo(38);
  }

  @Test
  void replacesDamagedFilesAndAcceptsCompressedOnes() throws IOException {
    Path data = Files.createDirectories(cache.folder("test"));
    TestFiles.write(data.resolve("images"), new byte[28]);
    TestFiles.gzip(data.resolve("labels.gz"), labels);
    data("good").fetch(cache, listener);
    assertThat(data.resolve("images")).hasBinaryContent(images);
    assertThat(data.resolve("labels")).doesNotExist();
  }

  @Test
  void hashesAGenuineFileOnceUntilItIsWrittenTo() throws IOException {
    RemoteData data = data("good");
    Path file = data.fetch(cache, listener).resolve("images");
    assertThat(data.isIn(cache)).isTrue();
    assertThat(names(cache.folder("test"))).contains(".images.verified", ".labels.verified");
    FileTime time = Files.getLastModifiedTime(file);
    Files.write(file, TestFiles.images(2, 2, 3));
    Files.setLastModifiedTime(file, time);
    assertThat(data.isIn(cache)).as("as if not written to").isTrue();
    Files.setLastModifiedTime(file, FileTime.fromMillis(time.toMillis() + 1000));
    assertThat(data.isIn(cache)).as("written to").isFalse();
    data.fetch(cache, listener);
    assertThat(file).hasBinaryContent(images);
  }

  @Test
  void refusesFalseFilesAndSaysWhatToDo() throws IOException {
    assertThatThrownBy(() -> data("empty", "false").fetch(cache, listener))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("cannot fetch test (")
        .hasMessageContaining("empty/: not there; ")
        .hasMessageContaining("images has SHA-256 ")
        .hasMessageContaining("Put images, labels, plain or as .gz, into " + cache.folder("test"))
        .hasMessageContaining("--data")
        .hasMessageContaining("digits-mlp needs no network")
        .satisfies(e -> assertThat(e.getSuppressed()).hasSize(2));
    assertThat(names(cache.folder("test"))).containsExactly(".lock");
    TestFiles.gzip(folder.resolve("false/images.gz"), TestFiles.images(9, 9, 9));
    assertThatThrownBy(() -> data("false").fetch(cache, listener))
        .hasMessageContaining("images has more than 28 bytes, expected 28");
    TestFiles.gzip(folder.resolve("false/images.gz"), new byte[5]);
    assertThatThrownBy(() -> data("false").fetch(cache, listener))
        .hasMessageContaining("images has 5 bytes, expected 28");
  }

  @Test
  void refusesACacheThatCannotBeMade() throws IOException {
    Files.writeString(folder.resolve("cache"), "a file");
    assertThatThrownBy(() -> data("good").fetch(cache, listener))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("cannot write into the cache folder " + cache.folder("test"));
  }

  @Test
  void fetchesOnceWhenManyAsk() {
    List<CompletableFuture<Path>> all =
        Stream.generate(
                () ->
                    CompletableFuture.supplyAsync(
                        () -> data("good").fetch(cache, DownloadListener.none())))
            .limit(8)
            .toList();
    all.forEach(CompletableFuture::join);
    assertThat(data().isIn(cache)).isTrue();
  }

  @Test
  void unpacksArchives() throws IOException {
    Path archive = folder.resolve("archive");
    byte[] skipped = TestFiles.tarMember("", "package/images", 'x', new byte[600]);
    byte[] first = TestFiles.tarMember("package/data", "images", '0', images);
    byte[] second = TestFiles.tarMember("", "./labels.gz", '0', TestFiles.gzip(labels));
    try (var out = Files.newOutputStream(archive)) {
      for (byte[] part : List.of(skipped, first, skipped, second, new byte[1024])) {
        out.write(part);
      }
    }
    Path target = Files.createDirectory(folder.resolve("target"));
    Inbox inbox = new Inbox(target, files, listener);
    try (var in = Files.newInputStream(archive)) {
      Tar.read(in, inbox::offer);
    }
    assertThat(inbox.missing()).isEmpty();
    assertThat(names(target)).containsExactly("images", "labels");
  }

  @Test
  void knowsTheDataItNames() {
    assertThat(RemoteData.named("mnist")).containsSame(RemoteData.MNIST);
    assertThat(RemoteData.named("fashion-mnist")).containsSame(RemoteData.FASHION_MNIST);
    assertThat(RemoteData.named("nonsense")).isEmpty();
    assertThat(RemoteData.MNIST.bytes()).isEqualTo(54_950_048);
  }

  @Test
  void findsTheUsersCache() {
    assertThat(DataCache.of(Map.of(), "/home/u").root())
        .isEqualTo(Path.of("/home/u/.cache/lanewise"));
    assertThat(DataCache.of(Map.of("XDG_CACHE_HOME", "/c"), "/home/u").root())
        .isEqualTo(Path.of("/c/lanewise"));
    assertThat(DataCache.of(Map.of("XDG_CACHE_HOME", "c"), "/home/u").root())
        .isEqualTo(Path.of("/home/u/.cache/lanewise"));
    assertThat(DataCache.of(Map.of("XDG_CACHE_HOME", "/c", "LANEWISE_DATA", "d"), "/h").root())
        .isEqualTo(Path.of("d"));
  }

  private RemoteData data(String... servers) {
    List<Origin> origins =
        Stream.of(servers)
            .<Origin>map(name -> new Origin.Mirror(folder.resolve(name).toUri().toString()))
            .toList();
    return new RemoteData("test", "two files", files, origins);
  }

  private static RemoteFile described(String name, byte[] content) {
    Sha256 sum = new Sha256();
    sum.add(content, content.length);
    return new RemoteFile(name, content.length, sum.hex());
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
    }
  }
}
