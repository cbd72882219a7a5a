package dev.sparkresnet.job.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sparkresnet.job.failure.UserErrorException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SparkSettingsTest {
  private static Properties process(Map<String, String> properties) {
    Properties process = new Properties();
    process.putAll(properties);
    return process;
  }

  @Test
  void takesThoseOfTheCommandLineOverThoseOfTheProcess() {
    Properties process =
        process(Map.of("spark.a", "1", "spark.b", "2", "java.home", "x", "spark.app.name", "y"));
    assertThat(SparkSettings.of(List.of("spark.b=3", "spark.c=d=e"), process).values())
        .isEqualTo(Map.of("spark.a", "1", "spark.b", "3", "spark.c", "d=e"));
  }

  @Test
  void leavesOutTheClassPathOfThisProcess() {
    String jars = Path.of(System.getProperty("java.class.path").split(":", -1)[0]).toString();
    Properties process = process(Map.of("spark.executor.extraClassPath", jars + "/*"));
    assertThat(SparkSettings.of(List.of(), process).values()).isEmpty();
  }

  @Test
  void doesNotShowWhatSparkWouldRedact() {
    SparkSettings settings =
        SparkSettings.of(
            List.of(),
            process(
                Map.of(
                    "spark.authenticate.secret", "a",
                    "spark.executor.extraJavaOptions", "-Djavax.net.ssl.keyStorePassword=b",
                    "spark.hadoop.fs.s3a.access.key", "c",
                    "spark.master", "yarn")));
    assertThat(settings.shown()).isEqualTo(Map.of("spark.master", "yarn"));
    assertThat(settings.secrets())
        .containsExactly(
            "spark.authenticate.secret",
            "spark.executor.extraJavaOptions",
            "spark.hadoop.fs.s3a.access.key");
  }

  @Test
  void goesByTheUsersIdeaOfASecret() {
    Properties process = process(Map.of("spark.redaction.regex", "colour", "spark.colour", "red"));
    assertThat(SparkSettings.of(List.of(), process).secrets()).contains("spark.colour");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          executor.memory=2g      | Cannot read --spark-conf executor.memory=2g: it must be spark.KEY=VALUE
          spark.executor.memory   | Cannot read --spark-conf spark.executor.memory: it must be spark.KEY=VALUE
          my.password=hush        | Cannot read --spark-conf ***: it must be spark.KEY=VALUE
          spark.my.password=hush  | Cannot read --spark-conf spark.my.password: others can see it in the process list; it belongs into a file that only you can read, for --properties-file
          """)
  void refusesWhatIsNoSettingOrASecret(String assignment, String message) {
    assertThatThrownBy(() -> SparkSettings.of(List.of(assignment), new Properties()))
        .isInstanceOf(UserErrorException.class)
        .hasMessage(message);
  }
}
