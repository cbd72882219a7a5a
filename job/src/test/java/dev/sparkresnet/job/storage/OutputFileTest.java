package dev.sparkresnet.job.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sparkresnet.job.failure.UserErrorException;
import dev.sparkresnet.job.storage.OutputFile.Existing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputFileTest {
  @TempDir private Path directory;

  private OutputFile create(Path path, Existing existing) {
    return OutputFile.create(new Configuration(), path.toString(), existing);
  }

  private List<String> visibleAndHidden() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .map(path -> path.getFileName().toString())
          .filter(name -> !name.endsWith(".crc"))
          .toList();
    }
  }

  @Test
  void appearsWhenItIsComplete() throws IOException {
    Path path = directory.resolve("out");
    try (OutputFile file = create(path, Existing.REFUSE)) {
      file.publish(
          out -> {
            out.write("text".getBytes(UTF_8));
            assertThat(path).doesNotExist();
          });
    }
    assertThat(path).hasContent("text");
    assertThat(visibleAndHidden()).containsExactly("out");
  }

  @Test
  void leavesNothingBehindWhenItsContentFails() throws IOException {
    try (OutputFile file = create(directory.resolve("out"), Existing.REFUSE)) {
      assertThatThrownBy(
              () ->
                  file.publish(
                      out -> {
                        throw new IOException("no more of it");
                      }))
          .isInstanceOf(UserErrorException.class)
          .hasMessage("Cannot write file:%s/out: no more of it", directory);
    }
    assertThat(visibleAndHidden()).isEmpty();
  }

  @Test
  void leavesNothingBehindWhenNobodyWritesIt() throws IOException {
    create(directory.resolve("out"), Existing.REFUSE).close();
    assertThat(visibleAndHidden()).isEmpty();
  }

  @Test
  void replacesAFileOnlyWhenToldTo() throws IOException {
    Path path = Files.writeString(directory.resolve("out"), "old");
    assertThatThrownBy(() -> create(path, Existing.REFUSE))
        .isInstanceOf(UserErrorException.class)
        .hasMessage("Cannot write %s: it is there already, and --overwrite is not given", path);
    try (OutputFile file = create(path, Existing.REPLACE)) {
      file.publish(out -> out.write("new".getBytes(UTF_8)));
    }
    assertThat(path).hasContent("new");
  }

  @Test
  void doesNotReplaceAFileThatAppearedMeanwhile() throws IOException {
    Path path = directory.resolve("out");
    try (OutputFile file = create(path, Existing.REFUSE)) {
      Files.writeString(path, "of another");
      assertThatThrownBy(() -> file.publish(out -> out.write(1)))
          .isInstanceOf(UserErrorException.class)
          .hasMessageStartingWith("Cannot write file:" + path + ": ");
    }
    assertThat(path).hasContent("of another");
  }

  @Test
  void isNotADirectory() {
    assertThatThrownBy(() -> create(directory, Existing.REPLACE))
        .hasMessage("Cannot write %s: it is a directory", directory);
  }
}
