package dev.sparkresnet.job.launch;

import static dev.sparkresnet.job.launch.LaunchRun.ROOT;
import static dev.sparkresnet.job.launch.LaunchRun.refused;
import static dev.sparkresnet.job.launch.LaunchRun.train;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Options for Spark among those of the job, and secrets, which must be in none of them. */
class SparkOptionsTest {
  @TempDir Path directory;

  private String properties(String permissions, String content) throws IOException {
    Path file = Files.writeString(directory.resolve("spark.properties"), content);
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions))
        .toString();
  }

  @Test
  void mayStandAnywhere() {
    SparkOptions options =
        SparkOptions.of(
            List.of(
                "--gpus", "train", "--spark-conf=spark.a=b=c", "--set", "seed=1", "--master", "m"));
    assertThat(options.others())
        .containsExactly("train", "--set", "seed=1", "--set", "training.device=gpu");
    assertThat(options.settings()).isEqualTo(Map.of("spark.a", "b=c", "spark.master", "m"));
    assertThat(options.master()).contains("m");
    assertThat(options.gpus()).isTrue();
    assertThat(options.deployMode()).isEqualTo(DeployMode.CLIENT);
  }

  @Test
  void theLastValueOfASettingHolds() {
    assertThat(
            SparkOptions.of(List.of("--spark-conf=spark.a=1", "--spark-conf=spark.a=2")).settings())
        .isEqualTo(Map.of("spark.a", "2"));
  }

  @Test
  void handsSparkAFileOfSecretsWithoutWhatIsInIt() throws IOException {
    String file = properties("rw-------", "spark.authenticate.secret hunter2\n");
    LaunchRun run = train("--properties-file", file);
    assertThat(run.words())
        .containsSequence("--properties-file", file)
        .noneMatch(argument -> argument.contains("hunter2"));
    assertThat(run.out() + run.err()).doesNotContain("hunter2");
  }

  @Test
  void takesTheSecuredExampleAsItIs() {
    String example = ROOT.resolve("conf/secured.conf").toString();
    LaunchRun run = train("--properties-file=" + example);
    assertThat(run.words()).containsSequence("--properties-file", example);
    assertThat(run.vector().orElseThrow().umask()).contains("077");
  }

  @ParameterizedTest
  @ValueSource(strings = {"rw-r-----", "rw----r--", "rw--w----"})
  void refusesAFileOfSecretsThatIsOpenToOthers(String permissions) throws IOException {
    String file = properties(permissions, "\n spark.ssl.keyPassword=hunter2\n");
    assertThat(train("--properties-file", file))
        .isEqualTo(
            refused(
                "Cannot run submit/job.sh: --properties-file %1$s: it holds a secret and is open to"
                        .formatted(file)
                    + " others; chmod 600 %s".formatted(file)));
  }

  @Test
  void anOpenFileWithoutSecretsWillDo() throws IOException {
    assertThat(train("--properties-file", properties("rw-r--r--", "spark.a b\n")).exitCode())
        .isZero();
  }

  @Test
  void aPropertiesFileCanBeGivenOnce() throws IOException {
    String file = properties("rw-------", "spark.a b\n");
    assertThat(train("--properties-file", file, "--properties-file", file))
        .isEqualTo(refused("Cannot run submit/job.sh: --properties-file can be given once"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "spark.authenticate.secret",
        "spark.hadoop.fs.s3a.Access.Key",
        "spark.ssl.keyPassword",
        "spark.executorEnv.AWS_SESSION_TOKEN"
      })
  void refusesASecretThatWouldStandInTheProcessList(String key) {
    assertThat(train("--spark-conf", key + "=hunter2"))
        .isEqualTo(
            refused(
                "Cannot run submit/job.sh: --spark-conf "
                    + key
                    + ": others can see it in the process list; it belongs into a file that only"
                    + " you can read, for --properties-file"));
  }

  @Test
  void refusesASecretInAValue() {
    LaunchRun run = train("--spark-conf", "spark.driver.extraJavaOptions=-Dpassword=hunter2");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err())
        .startsWith("Cannot run submit/job.sh: --spark-conf spark.driver.extraJavaOptions: others")
        .doesNotContain("hunter2");
  }

  /** No setting is made of it, and it may be a secret all the same. */
  @Test
  void doesNotRepeatASecretThatIsNoSetting() {
    assertThat(train("--spark-conf", "my.password=hush").err()).doesNotContain("hush");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "spark.task.cpus",
        "spark.executor.cores",
        "spark.speculation",
        "spark.ui.showConsoleProgress",
        "spark.executor.extraJavaOptions",
        "spark.driver.extraJavaOptions",
        "spark.submit.deployMode"
      })
  void refusesAFileWhoseSettingsWouldNotHold(String key) throws IOException {
    String file = properties("rw-------", key + " = 8\n");
    assertThat(train("--properties-file", file))
        .isEqualTo(
            refused(
                "Cannot run submit/job.sh: --properties-file %s: %s must be given by --spark-conf"
                    .formatted(file, key)));
  }

  @Test
  void refusesAPropertiesFileWhoseFilesWouldNotBeShipped() throws IOException {
    String file = properties("rw-------", "spark.files=/data/b\n");
    assertThat(train("--properties-file", file).exitCode()).isZero();
    assertThat(train("--deploy-mode", "cluster", "--properties-file", file))
        .isEqualTo(
            refused(
                "Cannot run submit/job.sh: --properties-file %s: spark.files must be given by"
                        .formatted(file)
                    + " --spark-conf"));
  }

  /** As Spark will see it. */
  @Test
  void memoryFollowsFromThePropertiesFileAsWell() throws IOException {
    String file = properties("rw-------", "spark.executor.memory 5g\n");
    assertThat(train("--properties-file", file).settings("spark.executor.memory"))
        .containsExactly("5g");
  }

  /** Names of classes, files and Kubernetes secrets, none of which is a secret. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "spark.hadoop.fs.s3a.aws.credentials.provider=com.amazonaws.auth.WebIdentityTokenCredentialsProvider",
        "spark.hadoop.fs.azure.account.oauth.token.provider.type=a.TokenProvider",
        "spark.kubernetes.driver.secrets.token=/etc/x",
        "spark.kubernetes.executor.secretKeyRef.PASSWORD=name:key",
        "spark.kubernetes.authenticate.driver.oauthTokenFile=/etc/token",
        "spark.authenticate.secret.file=/etc/secret",
        "spark.hadoop.x.password.path=/etc/x",
        "spark.hadoop.dfs.block.access.token.enable=true",
        "spark.driver.extraJavaOptions=-Djavax.net.ssl.trustStorePasswordFile=/etc/x",
      })
  void takesWhatOnlySoundsLikeASecret(String setting) {
    assertThat(train("--spark-conf", setting)).extracting(LaunchRun::exitCode).isEqualTo(0);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "spark.a=jdbc:x://host/d?user=u&password=hunter2",
        "spark.executor.extraJavaOptions=-Xss1m -Djavax.net.ssl.keyStorePassword=hunter2",
        "spark.hadoop.fs.s3a.secret.key=hunter2"
      })
  void refusesASecretWhereverItStands(String setting) {
    LaunchRun run = train("--conf", setting);
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("--properties-file").doesNotContain("hunter2");
  }

  @Test
  void goesByTheUsersIdeaOfASecretAsWell() {
    assertThat(
            train("--spark-conf", "spark.colour=red", "--conf", "spark.redaction.regex=colour")
                .err())
        .startsWith("Cannot run submit/job.sh: --spark-conf spark.colour: others can see it");
  }

  @Test
  void takesTheOptionsOfSparkSubmit() {
    SparkOptions options =
        SparkOptions.of(
            List.of(
                "train",
                "--conf",
                "spark.a=b",
                "--conf=spark.c=d",
                "--conf",
                "my.conf",
                "--queue",
                "q",
                "--name=n",
                "--files",
                "f",
                "--jars",
                "j",
                "--executor-memory",
                "5g",
                "--driver-memory=3g",
                "--total-executor-cores",
                "8"));
    assertThat(options.others()).containsExactly("train", "--conf", "my.conf");
    assertThat(options.settings())
        .isEqualTo(
            Map.of(
                "spark.a", "b",
                "spark.c", "d",
                "spark.yarn.queue", "q",
                "spark.app.name", "n",
                "spark.files", "f",
                "spark.jars", "j",
                "spark.executor.memory", "5g",
                "spark.driver.memory", "3g",
                "spark.cores.max", "8"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --num-executors 3 | --num-executors: each replica has an executor; use --set replicas=N
          --class=a.B       | --class: the job has one class; name a command instead, such as train
          --verbose         | --verbose: submit/job.sh explain shows what Spark is given
          --queue           | --queue needs a value
          --deploy-mode client --conf spark.submit.deployMode=cluster | --deploy-mode client and --deploy-mode cluster: it can be one only
          """)
  void saysWhatToDoInstead(String line, String problem) {
    assertThat(train(line.split(" "))).isEqualTo(refused("Cannot run submit/job.sh: " + problem));
  }

  @Test
  void settingsThatOptionsStandForCountLikeThem() {
    SparkOptions options =
        SparkOptions.of(
            List.of(
                "--spark-conf", "spark.submit.deployMode=cluster",
                "--spark-conf", "spark.master=local-cluster[4,3,2048]"));
    assertThat(options.deployMode()).isEqualTo(DeployMode.CLUSTER);
    assertThat(options.settings())
        .containsEntry("spark.master", "local-cluster[4,3,2048]")
        .containsEntry("spark.task.cpus", "3")
        .doesNotContainKey("spark.submit.deployMode");
  }
}
