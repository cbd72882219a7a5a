package dev.sparkresnet.job.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResolvedConfigurationTest {
  private static final String[] REQUIRED = {"run-directory=runs/a", "dataset.path=data"};

  @Test
  void reportsEveryProblemWithFileAndLine() {
    String text =
        """
        training.optimizer {
          learning-rate = 0.1
          batch-size = many
          momentun = 0.9
          epochs = 0
        }
        training.model.stem = none
        """;
    assertThat(ConfigurationOnDisk.problemsOf(text, "dataset.path=data", "seed=x"))
        .isEqualTo(
            """
            Cannot read configuration: training.run-directory: must be set
            --set seed=x: must be a whole number, found "x"
            conf/bad.conf: 7: training.model.stem: must be imagenet or cifar, found "none"
            conf/bad.conf: 3: training.optimizer.batch-size: must be a whole number, found "many"
            conf/bad.conf: 5: training.optimizer.epochs: must be at least 1, found 0
            conf/bad.conf: 4: training.optimizer.momentun: unknown setting, did you mean momentum?""");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          training.optimiser.epochs   | training.optimiser: unknown setting, did you mean optimizer?
          training.batch-size         | training.batch-size: unknown setting, did you mean evaluation.batch-size or optimizer.batch-size?
          training.optimizer.epcohs   | training.optimizer.epcohs: unknown setting, did you mean epochs?
          training.colour             | training.colour: unknown setting
          trainin.seed                | trainin: unknown setting, did you mean training?
          spark.master                | spark: unknown setting
          """)
  void suggestsWhatAnUnknownSettingWasMeantToBe(String key, String problem) {
    assertThat(ConfigurationOnDisk.problems(key + " = 1"))
        .isEqualTo("Cannot read configuration: conf/bad.conf: 3: " + problem);
  }

  @Test
  void assignmentsStandAboveTheFile() {
    String file = "training { seed = 5, replicas = 3, run-directory = r, dataset.path = d }";
    TrainingConfig training =
        ConfigurationOnDisk.resolve(
                file,
                "seed=6",
                "training.seed=7",
                "dataset.path=hdfs://host:9000/a b=c",
                "model.blocks=[1, 1]")
            .training();
    assertThat(training.seed()).isEqualTo(7);
    assertThat(training.replicas()).isEqualTo(3);
    assertThat(training.dataset().path()).isEqualTo("hdfs://host:9000/a b=c");
    assertThat(training.model().blocks()).containsExactly(1, 1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          seed                     | must be KEY=VALUE
          =3                       | must be KEY=VALUE
          model.blocks=[1,         | cannot be read as a key and a value
          model..width=3           | cannot be read as a key and a value
          model.width=0            | must be at least 1, found "0"
          optimizer.momentun=0.9   | unknown setting, did you mean momentum?
          gradient-sharing.port-range=8-8 | must hold a port for each of 2 replicas, found 8-8
          """)
  void saysWhichAssignmentIsWrong(String assignment, String problem) {
    List<String> assignments = List.of(REQUIRED[0], REQUIRED[1], assignment);
    assertThatThrownBy(() -> ResolvedConfiguration.read(Optional.empty(), assignments))
        .isInstanceOf(InvalidConfigurationException.class)
        .hasMessage("Cannot read configuration: --set " + assignment + ": " + problem);
  }

  @Test
  void systemPropertiesStandBetweenFileAndAssignments() {
    System.setProperty("training.seed", "8");
    System.setProperty("training.replicas", "4");
    ConfigFactory.invalidateCaches();
    try {
      TrainingConfig training =
          ConfigurationOnDisk.resolve(
                  "training { seed = 5, replicas = 3, run-directory = r, dataset.path = d }",
                  "replicas=6")
              .training();
      assertThat(training.seed()).isEqualTo(8);
      assertThat(training.replicas()).isEqualTo(6);
    } finally {
      System.clearProperty("training.seed");
      System.clearProperty("training.replicas");
      ConfigFactory.invalidateCaches();
    }
  }

  @Test
  void includesAreRelativeToTheFile(@TempDir Path directory) throws IOException {
    Files.writeString(
        directory.resolve("base.conf"),
        "training { seed = 5, replicas = 3, run-directory = r, dataset.path = d }");
    Path file =
        Files.writeString(
            directory.resolve("job.conf"),
            "include required(\"base.conf\")\ntraining.replicas = 4");
    TrainingConfig training = ResolvedConfiguration.read(Optional.of(file), List.of()).training();
    assertThat(training.seed()).isEqualTo(5);
    assertThat(training.replicas()).isEqualTo(4);
  }

  @Test
  void saysThatAFileIsMissing(@TempDir Path directory) {
    Path file = directory.resolve("absent.conf");
    assertThatThrownBy(() -> ResolvedConfiguration.read(Optional.of(file), List.of()))
        .isInstanceOf(InvalidConfigurationException.class)
        .hasMessage("Cannot read configuration: " + file + ": no such file");
  }

  @Test
  void saysThatAFileIsADirectory(@TempDir Path directory) {
    assertThatThrownBy(() -> ResolvedConfiguration.read(Optional.of(directory), List.of()))
        .hasMessage("Cannot read configuration: " + directory + ": not a file");
  }

  @Test
  void saysWhereAFileIsNotHocon() {
    assertThat(ConfigurationOnDisk.problems("training {"))
        .isEqualTo(
            "Cannot read configuration: conf/bad.conf: 3: "
                + "expecting a close parentheses ')' here, not: end of file");
  }

  @Test
  void saysWhichIncludeIsMissing() {
    assertThat(ConfigurationOnDisk.problems("include required(\"absent.conf\")"))
        .isEqualTo(
            "Cannot read configuration: conf/bad.conf: include \"absent.conf\": no such file");
  }

  @Test
  void saysWhichReferenceLeadsNowhere() {
    assertThat(ConfigurationOnDisk.problems("training.seed = ${seed-of-the-day}"))
        .isEqualTo(
            "Cannot read configuration: conf/bad.conf: 3: "
                + "Could not resolve substitution to a value: ${seed-of-the-day}");
  }

  @Test
  void textHoldsEverySettingAndReadsBackAsTheSameConfiguration() {
    ResolvedConfiguration first =
        ConfigurationOnDisk.resolve("training.optimizer.schedule = cosine", REQUIRED);
    ResolvedConfiguration second = ResolvedConfiguration.parse(first.text(), "first");
    assertThat(second.training()).isEqualTo(first.training());
    assertThat(second.text()).isEqualTo(first.text());
    assertThat(first.settings())
        .containsEntry("training.optimizer.schedule", "\"cosine\"")
        .containsEntry("training.model.blocks", "[3,4,6,3]")
        .containsEntry("training.dataset.path", "\"data\"");
    assertThat(first.text()).doesNotContain("java.").doesNotContain("#");
  }

  @Test
  void readsNothingButJsonFromACheckpoint() {
    assertThatThrownBy(
            () -> ResolvedConfiguration.parse("include file(\"/etc/hostname\")", "epoch 1"))
        .isInstanceOf(InvalidConfigurationException.class)
        .hasMessageStartingWith("Cannot read configuration: epoch 1: 1: ");
    assertThat(
            ResolvedConfiguration.settingsOf("{\"training\" : {\"run-directory\" : \"${HOME}\"}}"))
        .containsEntry("training.run-directory", "\"${HOME}\"");
  }

  @Test
  void knowsWhatWasAssigned() {
    ResolvedConfiguration assigned =
        ResolvedConfiguration.read(
            Optional.empty(),
            List.of("run-directory=a", "training.dataset.path=b", "optimizer.epochs=2"));
    assertThat(assigned.assigned())
        .containsExactlyInAnyOrder(
            "training.run-directory", "training.dataset.path", "training.optimizer.epochs");
  }

  @Test
  void equalValuesHaveOneSpelling() {
    ResolvedConfiguration file =
        ConfigurationOnDisk.resolve(
            """
            training {
              optimizer.weight-decay = 0.00050
              gradient-sharing.timeout = 1 minute
              model.width = 6.4e1
            }
            """,
            REQUIRED);
    ResolvedConfiguration assignments =
        ConfigurationOnDisk.resolve(
            "",
            REQUIRED[0],
            REQUIRED[1],
            "optimizer.weight-decay=5e-4",
            "gradient-sharing.timeout=60s",
            "model.width=64");
    assertThat(file.text()).isEqualTo(assignments.text());
  }

  @Test
  void settingsAreOrderedByPath() {
    var settings = ConfigurationOnDisk.resolve("", REQUIRED).settings();
    assertThat(settings).hasSize(57).isEqualTo(new TreeMap<>(settings));
  }

  /** System properties are where Spark's settings are, the secret ones too. */
  @Test
  void nothingOutsideTheBlockReachesTheText() {
    System.setProperty("spark.authenticate.secret", "hunter2");
    ConfigFactory.invalidateCaches();
    try {
      assertThat(ConfigFactory.defaultOverrides().getString("spark.authenticate.secret"))
          .isEqualTo("hunter2");
      ResolvedConfiguration resolved = ConfigurationOnDisk.resolve("", REQUIRED);
      assertThat(resolved.text()).doesNotContain("hunter2").doesNotContain("spark.");
      assertThat(resolved.settings().keySet()).allMatch(key -> key.startsWith("training."));
      assertThat(resolved.toString()).doesNotContain("hunter2");
    } finally {
      System.clearProperty("spark.authenticate.secret");
      ConfigFactory.invalidateCaches();
    }
  }

  @Test
  void noProblemRepeatsThePasswordOfAPath() {
    assertThat(
            ConfigurationOnDisk.problemsOf(
                "training.dataset.pth = \"s3a://a:hunter2@b/c\"",
                "run-directory=s3a://a:hunter2@b/c",
                "dataset.path=a",
                "sed=s3a://a:hunter2@b/c"))
        .isEqualTo(
            "Cannot read configuration: --set run-directory=s3a://***@b/c: must not hold a password;"
                + " keep it in a Hadoop credential provider or in a properties file that only you can"
                + " read (submit/job.sh --properties-file), found \"s3a://***@b/c\"\n"
                + "conf/bad.conf: 1: training.dataset.pth: unknown setting, did you mean path?\n"
                + "--set sed=s3a://***@b/c: unknown setting, did you mean seed?");
  }

  @Test
  void knowsWhereEachSettingComesFrom() {
    var origins =
        ConfigurationOnDisk.resolve(
                """
                training.run-directory = runs/a
                training.dataset.path = data
                training.optimizer { epochs = 3, batch-size = 8 }
                """,
                "optimizer.epochs=4")
            .origins();
    assertThat(origins.get("training.run-directory")).endsWith("/bad.conf: 1");
    assertThat(origins.get("training.optimizer.batch-size")).endsWith("/bad.conf: 3");
    assertThat(origins)
        .containsEntry("training.optimizer.epochs", "--set")
        .containsEntry("training.optimizer.momentum", "default")
        .hasSize(ConfigurationOnDisk.resolve("", REQUIRED).settings().size());
  }
}
