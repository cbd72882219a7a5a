package dev.sparkresnet.job.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PropertiesFileTest {
  @TempDir Path directory;

  private Properties naming(Path file) {
    Properties settings = new Properties();
    settings.setProperty(PropertiesFile.PROPERTY, file.toString());
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
    PropertiesFile.addTo(settings);
    assertThat(settings)
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                PropertiesFile.PROPERTY,
                file.toString(),
                "spark.authenticate.secret",
                "a=b:c",
                "spark.executor.memory",
                "3g"));
  }

  @Test
  void changesNothingWithoutAFile() {
    Properties settings = new Properties();
    PropertiesFile.addTo(settings);
    assertThat(settings).isEmpty();
  }

  @Test
  void saysWhyTheFileCannotBeRead() {
    Path missing = directory.resolve("missing");
    assertThatThrownBy(() -> PropertiesFile.addTo(naming(missing)))
        .hasMessage("Cannot read properties file " + missing + ": NoSuchFileException: " + missing);
  }

  @Test
  void saysWithoutItsContentThatTheFileIsNone() throws IOException {
    Path file = Files.writeString(directory.resolve("spark.properties"), "spark.a hunter2\\u00");
    assertThatThrownBy(() -> PropertiesFile.addTo(naming(file)))
        .hasMessage("Cannot read properties file " + file + ": Malformed \\uxxxx encoding.");
  }
}
