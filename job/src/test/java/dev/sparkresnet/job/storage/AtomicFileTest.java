package dev.sparkresnet.job.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sparkresnet.job.UnansweredRenames;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {
  private static final Configuration HADOOP = new Configuration();

  @TempDir Path directory;

  private AtomicFile file(String name) {
    return new AtomicFile(HADOOP, directory.toUri().toString(), name);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  @Test
  void isMadeOnce() {
    assertThat(file("a/b").create(bytes("first"))).isTrue();
    assertThat(file("a/b").create(bytes("second"))).isFalse();
    assertThat(file("a/b").content()).hasValue(bytes("first"));
  }

  @Test
  void takesThePlaceOfWhatHadoopWroteWithAChecksum() throws IOException {
    org.apache.hadoop.fs.Path path = new org.apache.hadoop.fs.Path(directory.toUri() + "/old");
    try (OutputStream out = FileSystem.getLocal(HADOOP).create(path)) {
      out.write(bytes("the old content"));
    }
    assertThat(directory.resolve(".old.crc")).exists();
    file("old").replace(bytes("the new content"));
    assertThat(file("old").content()).hasValue(bytes("the new content"));
  }

  @Test
  void mayBeInADirectoryThatIsALink() throws IOException {
    Files.createDirectory(directory.resolve("real"));
    Files.createSymbolicLink(directory.resolve("link"), directory.resolve("real"));
    file("link/a").replace(bytes("content"));
    assertThat(directory.resolve("real/a")).hasContent("content");
  }

  @Test
  void isWrittenThoughTheAnswerGotLost() throws IOException {
    AtomicWrite step =
        new HadoopAtomicWrite(
            FileContext.getFileContext(directory.toUri(), UnansweredRenames.configuration()));
    org.apache.hadoop.fs.Path path = new org.apache.hadoop.fs.Path(directory.toUri() + "/a");
    assertThat(step.create(path, bytes("first"))).isTrue();
    assertThat(step.create(path, bytes("second"))).isFalse();
    assertThat(file("a").content()).hasValue(bytes("first"));
    step.replace(path, bytes("third"));
    assertThat(file("a").content()).hasValue(bytes("third"));
    assertThat(directory.toFile().list()).containsExactly("a");
  }

  @Test
  void saysWhyItCannotBeWritten() throws IOException {
    Files.createDirectories(directory.resolve("taken/by/a/directory"));
    assertThatThrownBy(() -> file("taken").replace(bytes("content")))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageStartingWith("Cannot write file:" + directory + "/taken: FileSystemException: ")
        .hasMessageEndingWith("Is a directory");
  }

  @Test
  void isNotReadIfItIsTooLargeToBeOurs() throws IOException {
    try (RandomAccessFile large = new RandomAccessFile(directory.resolve("large").toFile(), "rw")) {
      large.setLength((64 << 20) + 1);
    }
    assertThatThrownBy(() -> file("large").content())
        .hasMessage("Cannot read file:" + directory + "/large: it is larger than 64 MB");
  }
}
