package dev.sparkresnet.job.submit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sparkresnet.job.submit.Scripts.Outcome;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Settings of Spark in a file, secrets above all. */
class PropertiesFileIT {
  @TempDir Path directory;
  private Scripts scripts;

  @BeforeEach
  void installSpark() throws IOException {
    scripts = new Scripts(directory);
  }

  @Test
  void handsSparkAFileOfSecretsWithoutWhatIsInIt() throws IOException, InterruptedException {
    Path file = scripts.properties("rw-------", "spark.authenticate.secret hunter2\n");
    Outcome outcome = scripts.train("--properties-file", file.toString());
    assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    assertThat(outcome.out())
        .containsSequence("--properties-file", file.toString())
        .noneMatch(argument -> argument.contains("hunter2"));
  }

  @Test
  void takesTheSecuredExampleAsItIs() throws IOException, InterruptedException {
    Path example = Scripts.ROOT.resolve("conf/secured.conf");
    Outcome outcome = scripts.train("--properties-file=" + example);
    assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    assertThat(outcome.out()).containsSequence("--properties-file", example.toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"rw-r-----", "rw----r--", "rw--w----"})
  void refusesAFileOfSecretsThatIsOpenToOthers(String permissions)
      throws IOException, InterruptedException {
    Path file = scripts.properties(permissions, "\n spark.ssl.keyPassword=hunter2\n");
    assertThat(scripts.train("--properties-file", file.toString()).err())
        .isEqualTo(
            "Cannot run submit/job.sh: --properties-file %1$s: it holds a secret and is open to"
                    .formatted(file)
                + " others; chmod 600 %s\n".formatted(file));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "spark.authenticate.secret",
        "spark.hadoop.fs.s3a.Access.Key",
        "spark.ssl.keyPassword",
        "spark.executorEnv.AWS_SESSION_TOKEN"
      })
  void refusesASecretThatWouldStandInTheProcessList(String key)
      throws IOException, InterruptedException {
    assertThat(scripts.train("--spark-conf", key + "=hunter2"))
        .isEqualTo(
            new Outcome(
                2,
                List.of(),
                "Cannot run submit/job.sh: --spark-conf "
                    + key
                    + ": others can see it in the process list; it belongs into a file that only"
                    + " you can read, for --properties-file\n"));
  }

  @Test
  void refusesASecretInAValue() throws IOException, InterruptedException {
    Outcome outcome =
        scripts.train("--spark-conf", "spark.driver.extraJavaOptions=-Dpassword=hunter2");
    assertThat(outcome.exitCode()).isEqualTo(2);
    assertThat(outcome.err())
        .startsWith("Cannot run submit/job.sh: --spark-conf spark.driver.extraJavaOptions: others")
        .doesNotContain("hunter2");
  }

  @Test
  void refusesAFileWhoseSettingsWouldNotHold() throws IOException, InterruptedException {
    Path file = scripts.properties("rw-------", "spark.task.cpus = 8\n");
    assertThat(scripts.train("--properties-file", file.toString()).err())
        .isEqualTo(
            "Cannot run submit/job.sh: --properties-file %s: spark.task.cpus must be given by"
                    .formatted(file)
                + " --spark-conf\n");
  }

  @Test
  void refusesAPropertiesFileWhoseFilesWouldNotBeShipped()
      throws IOException, InterruptedException {
    Path file = scripts.properties("rw-------", "spark.files=/data/b\n");
    assertThat(scripts.train("--properties-file", file.toString()).exitCode()).isZero();
    assertThat(
            scripts.train("--deploy-mode", "cluster", "--properties-file", file.toString()).err())
        .isEqualTo(
            "Cannot run submit/job.sh: --properties-file %s: spark.files must be given by"
                    .formatted(file)
                + " --spark-conf\n");
  }
}
