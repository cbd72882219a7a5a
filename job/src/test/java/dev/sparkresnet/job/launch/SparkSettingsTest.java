package dev.sparkresnet.job.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class SparkSettingsTest {
  private static SparkSettings settings(Map<String, String> values) {
    return new SparkSettings(new TreeMap<>(values));
  }

  @Test
  void standAboveOthers() {
    assertThat(
            settings(Map.of("spark.a", "1", "spark.b", "2"))
                .orElse(Map.of("spark.b", "3", "spark.c", "d=e"))
                .values())
        .isEqualTo(Map.of("spark.a", "1", "spark.b", "2", "spark.c", "d=e"));
  }

  @Test
  void doesNotShowWhatSparkWouldRedact() {
    SparkSettings settings =
        settings(
            Map.of(
                "spark.authenticate.secret", "a",
                "spark.executor.extraJavaOptions", "-Djavax.net.ssl.keyStorePassword=b",
                "spark.hadoop.fs.s3a.access.key", "c",
                "spark.master", "yarn"));
    assertThat(settings.shown()).isEqualTo(Map.of("spark.master", "yarn"));
    assertThat(settings.secrets())
        .containsExactly(
            "spark.authenticate.secret",
            "spark.executor.extraJavaOptions",
            "spark.hadoop.fs.s3a.access.key");
  }

  @Test
  void goesByTheUsersIdeaOfASecret() {
    assertThat(settings(Map.of("spark.redaction.regex", "colour", "spark.colour", "red")).secrets())
        .contains("spark.colour");
  }
}
