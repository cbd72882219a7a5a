package dev.sparkresnet.job.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SparkPropertiesTest {
  @TempDir Path directory;

  private Properties naming(Path file) {
    Properties settings = new Properties();
    settings.setProperty(SparkProperties.FILE, file.toString());
    return settings;
  }

  @Test
  void addsTheSettingsOfTheFileBelowThoseOfTheCommandLine() throws IOException {
    Path file = directory.resolve("spark.properties");
    Files.writeString(
        file,
        """
        # spark.comment a
        spark.authenticate.secret  a=b:c
        spark.executor.memory=1g
        training.seed 2
        """);
    Properties settings = naming(file);
    settings.setProperty("spark.executor.memory", "3g");
    SparkProperties.addTo(settings);
    assertThat(settings)
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                SparkProperties.FILE,
                file.toString(),
                "spark.authenticate.secret",
                "a=b:c",
                "spark.executor.memory",
                "3g"));
  }

  @Test
  void changesNothingWithoutAFile() {
    Properties settings = new Properties();
    SparkProperties.addTo(settings);
    assertThat(settings).isEmpty();
  }

  @Test
  void saysWhyTheFileCannotBeRead() {
    Path missing = directory.resolve("missing");
    assertThatThrownBy(() -> SparkProperties.addTo(naming(missing)))
        .hasMessage("Cannot read properties file " + missing + ": NoSuchFileException: " + missing);
  }

  @Test
  void saysWithoutItsContentThatTheFileIsNone() throws IOException {
    Path file = Files.writeString(directory.resolve("spark.properties"), "spark.a hunter2\\u00");
    assertThatThrownBy(() -> SparkProperties.addTo(naming(file)))
        .hasMessage("Cannot read properties file " + file + ": Malformed \\uxxxx encoding.");
  }
}
