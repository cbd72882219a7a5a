package dev.sparkresnet.datasets.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PublicationTest {
  private final Configuration configuration = new Configuration();

  @TempDir private Path directory;

  @Test
  void theTargetIsNotThereBeforeItIsPublished() throws IOException {
    Path target = directory.resolve("a/b");
    try (Publication publication = Publication.to(configuration, "file:" + target)) {
      publication.fileSystem().create(publication.temporary()).close();
      assertThat(publication.temporary().getName()).startsWith(".b.");
      assertThat(target).doesNotExist();

      publication.publish();
      assertThat(target).isEmptyFile();
    }
    assertThat(target).isEmptyFile();
  }

  @Test
  void closingRemovesWhatWasNotPublished() throws IOException {
    try (Publication publication = Publication.to(configuration, "file:" + directory + "/b")) {
      publication.fileSystem().create(publication.temporary()).close();
    }

    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void doesNotReplaceWhatAppearedInTheMeantime() throws IOException {
    Path target = directory.resolve("b");
    try (Publication publication = Publication.to(configuration, "file:" + target)) {
      publication.fileSystem().create(publication.temporary()).close();
      Files.writeString(target, "precious");

      assertThatThrownBy(publication::publish).hasMessage("it is there already");
    }

    assertThat(target).hasContent("precious");
  }

  @Test
  void refusesTheRootOfAFileSystem() {
    assertThatThrownBy(() -> Publication.to(configuration, "file:/"))
        .isInstanceOf(IOException.class)
        .hasMessage("it is the root of the file system");
  }
}
