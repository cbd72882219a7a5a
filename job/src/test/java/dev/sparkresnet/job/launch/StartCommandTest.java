package dev.sparkresnet.job.launch;

import static dev.sparkresnet.job.launch.LaunchRun.ROOT;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The command that explain prints, which is the one that is executed. */
class StartCommandTest {
  private static final String HEADING = "\nHow to start it\n";

  @TempDir Path directory;

  /** The words before the command, one list a manager and deploy mode. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "--as standalone spark://host:7077",
        "--as standalone spark://host:7077 --deploy-mode cluster",
        "--as yarn",
        "--as yarn --deploy-mode cluster --gpus",
        "--as kubernetes k8s://https://host:6443 spark:3.5.6 --deploy-mode client --gpus",
        "--as kubernetes k8s://https://host:6443 spark:3.5.6 "
            + "--spark-conf spark.kubernetes.file.upload.path=hdfs://namenode/uploads",
        "--spark-conf spark.files=/data/b,a.txt --deploy-mode=cluster",
      })
  void explainPrintsTheSparkSubmitThatTrainRuns(String script)
      throws IOException, InterruptedException {
    Path file = directory.resolve("settings");
    Files.writeString(file, "spark.hadoop.fs.permissions.umask-mode=027\n");
    Files.writeString(directory.resolve("yarn-site.xml"), "<configuration/>");
    List<String> configured =
        List.of(
            "--executor-cores=8",
            "--conf",
            ROOT.resolve("conf/quickstart.conf").toString(),
            "--properties-file",
            file.toString(),
            "--spark-conf",
            "spark.yarn.queue=it's $HOME \"and\" `more`;*",
            "--set",
            "dataset.path=/data/a b");
    Map<String, String> withSpark =
        Map.of("SPARK_HOME", installSpark(), "HADOOP_CONF_DIR", directory.toString());
    LaunchRun train = LaunchRun.of(withSpark, words(script, "train", configured));
    assertThat(train.vector().orElseThrow().umask()).contains("027");

    LaunchRun explain = LaunchRun.of(withSpark, words(script, "explain", configured));
    assertThat(explain.err()).isEmpty();
    assertThat(explain.exitCode()).isZero();
    String command = explain.out().substring(explain.out().indexOf(HEADING) + HEADING.length());
    assertThat(command).startsWith("(umask 027 && \"$SPARK_HOME\"/bin/spark-submit \\\n");
    assertThat(inBash(withSpark, command)).isEqualTo(train.words());
    assertThat(
            LaunchRun.of(
                Map.of("HADOOP_CONF_DIR", directory.toString()),
                words(script, "explain", configured)))
        .as("without a Spark")
        .isEqualTo(explain);
  }

  /** Scripts take what they take before the command. */
  private static List<String> words(String script, String command, List<String> more) {
    List<String> words = new ArrayList<>(List.of(script.split(" ")));
    words.add(command);
    words.addAll(more);
    return words;
  }

  /** One that prints its words, a NUL after each. */
  private String installSpark() throws IOException {
    Path script = Files.createDirectory(directory.resolve("bin")).resolve("spark-submit");
    Files.writeString(script, "#!/usr/bin/env bash\nprintf '%s\\0' \"$0\" \"$@\"\n");
    assertThat(script.toFile().setExecutable(true)).isTrue();
    return directory.toString();
  }

  private static List<String> inBash(Map<String, String> environment, String command)
      throws IOException, InterruptedException {
    ProcessBuilder process = new ProcessBuilder("bash", "-u", "-c", command);
    process.environment().putAll(environment);
    Process bash = process.redirectErrorStream(true).start();
    String out = new String(bash.getInputStream().readAllBytes(), UTF_8);
    assertThat(bash.waitFor()).as(out).isZero();
    return List.of(out.split("\0"));
  }

  @Test
  void explainPrintsTheScriptForExecutorsOfThisMachine() {
    LaunchRun explain =
        LaunchRun.of(
            Map.of(),
            List.of(
                "--master",
                "local-cluster[2,1,1536]",
                "explain",
                "--stacktrace",
                "--set",
                "run-directory=a b",
                "--set",
                "dataset.path=d",
                "--set",
                "dataset.train-limit=500"));
    assertThat(explain.exitCode()).as(explain.err()).isZero();
    assertThat(explain.out())
        .endsWith(
            HEADING
                + """
                %s/submit/job.sh \\
                    --master 'local-cluster[2,1,1536]' train \\
                    --set 'run-directory=a b' \\
                    --set dataset.path=d \\
                    --set dataset.train-limit=500
                """
                    .formatted(ROOT));
  }

  @Test
  void helpOfExplainNeedsNoConfiguration() {
    LaunchRun help = LaunchRun.withSpark("explain", "--help", "--master", "yarn");
    assertThat(help.exitCode()).as(help.err()).isZero();
    assertThat(help.out()).contains("Usage: submit/job.sh explain");
  }
}
