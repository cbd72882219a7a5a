package dev.sparkresnet.datasets.staging;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sparkresnet.datasets.InvalidDatasetException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OfficialArchiveTest {
  /** As {@code printf abc | md5sum} says. */
  private static final String MD5_OF_ABC = "900150983cd24fb0d6963f7d28e17f72";

  @TempDir private Path directory;

  private Path archive;

  @BeforeEach
  void writeArchive() throws IOException {
    archive = Files.writeString(directory.resolve("archive"), "abc");
  }

  private void require(Path path, long bytes, String md5) {
    new OfficialArchive(bytes, md5).requireIntact(new Configuration(), path.toString());
  }

  @Test
  void acceptsTheOfficialArchive() {
    assertThatCode(() -> require(archive, 3, MD5_OF_ABC)).doesNotThrowAnyException();
  }

  @Test
  void refusesAnotherOfTheSameLength() {
    assertThatThrownBy(() -> require(archive, 3, "0".repeat(32)))
        .isInstanceOf(InvalidDatasetException.class)
        .hasMessage(
            "Cannot read dataset "
                + archive
                + ": its MD5 is 900150983cd24fb0d6963f7d28e17f72, not "
                + "0".repeat(32));
  }

  @Test
  void knowsNothingOfArchivesOfOtherLengthsAndOfDirectories() {
    assertThatCode(() -> require(archive, 4, "")).doesNotThrowAnyException();
    assertThatCode(() -> require(directory, 3, "")).doesNotThrowAnyException();
  }
}
