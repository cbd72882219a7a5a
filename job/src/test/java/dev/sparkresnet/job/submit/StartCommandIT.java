package dev.sparkresnet.job.submit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sparkresnet.job.submit.Scripts.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The command that explain prints, which is the one that the scripts run. */
class StartCommandIT {
  @TempDir Path directory;
  private Scripts scripts;

  @BeforeEach
  void installSpark() throws IOException {
    scripts = new Scripts(directory);
  }

  /** The words before the command, one list a manager and deploy mode. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "submit/standalone.sh spark://host:7077",
        "submit/standalone.sh spark://host:7077 --deploy-mode cluster",
        "submit/yarn.sh",
        "submit/yarn.sh --deploy-mode cluster --gpus",
        "submit/kubernetes.sh k8s://https://host:6443 spark:3.5.6 --deploy-mode client --gpus",
        "submit/kubernetes.sh k8s://https://host:6443 spark:3.5.6 "
            + "--spark-conf spark.kubernetes.file.upload.path=hdfs://namenode/uploads",
        "submit/job.sh --spark-conf spark.files=/data/b,a.txt --deploy-mode=cluster",
      })
  void explainPrintsTheSparkSubmitThatTrainRuns(String script)
      throws IOException, InterruptedException {
    List<String> words = new ArrayList<>(List.of(script.split(" ")));
    Map<String, String> environment = withSparkAndYarn();
    List<String> configured =
        List.of(
            "--executor-cores=8",
            "--conf",
            Scripts.ROOT.resolve("conf/quickstart.conf").toString(),
            "--properties-file",
            scripts
                .properties("rw-------", "spark.hadoop.fs.permissions.umask-mode=027\n")
                .toString(),
            "--spark-conf",
            "spark.yarn.queue=it's $HOME \"and\" `more`;*",
            "--set",
            "dataset.path=/data/a b");
    Outcome train = run(environment, words, "train", configured);
    assertThat(train.exitCode()).as(train.err()).isZero();
    Outcome explain = run(environment, words, "explain", configured);
    assertThat(explain.exitCode()).as(explain.err()).isZero();
    assertThat(explain.err()).isEmpty();
    String command = startCommand(explain);
    assertThat(command).startsWith("(umask 027 && \"$SPARK_HOME\"/bin/spark-submit \\\n");
    assertThat(inBash(environment, command)).isEqualTo(train.out());
    assertThat(run(Map.of("HADOOP_CONF_DIR", directory.toString()), words, "explain", configured))
        .as("without a Spark")
        .isEqualTo(explain);
  }

  private Map<String, String> withSparkAndYarn() throws IOException {
    Files.writeString(directory.resolve("yarn-site.xml"), "<configuration/>");
    String home = directory.toString();
    return Map.of("SPARK_HOME", home, "HADOOP_CONF_DIR", home);
  }

  private Outcome run(
      Map<String, String> environment, List<String> script, String command, List<String> more)
      throws IOException, InterruptedException {
    List<String> arguments = new ArrayList<>(script.subList(1, script.size()));
    // The script takes what it takes before the command.
    int positions =
        script.get(0).contains("kubernetes") ? 2 : script.get(0).contains("alone") ? 1 : 0;
    arguments.add(positions, command);
    arguments.addAll(more);
    return scripts.run(environment, script.get(0), arguments.toArray(String[]::new));
  }

  private static String startCommand(Outcome explain) {
    int heading = explain.out().indexOf("How to start it");
    return String.join("\n", explain.out().subList(heading + 1, explain.out().size()));
  }

  private List<String> inBash(Map<String, String> environment, String command)
      throws IOException, InterruptedException {
    ProcessBuilder process = new ProcessBuilder("bash", "-u", "-c", command);
    process.environment().putAll(environment);
    Process bash = process.redirectErrorStream(true).start();
    List<String> lines = bash.inputReader().lines().toList();
    assertThat(bash.waitFor()).as(String.join("\n", lines)).isZero();
    return lines;
  }

  @Test
  void explainPrintsTheScriptForExecutorsOfThisMachine() throws IOException, InterruptedException {
    Outcome explain =
        scripts.run(
            Map.of(),
            "submit/job.sh",
            "--master",
            "local-cluster[2,1,1536]",
            "explain",
            "--set",
            "run-directory=a b",
            "--set",
            "dataset.path=d",
            "--set",
            "dataset.train-limit=500");
    assertThat(explain.exitCode()).as(explain.err()).isZero();
    assertThat(startCommand(explain))
        .isEqualTo(
            """
            %s/submit/job.sh \\
                --master 'local-cluster[2,1,1536]' train \\
                --set 'run-directory=a b' \\
                --set dataset.path=d \\
                --set dataset.train-limit=500"""
                .formatted(Scripts.ROOT));
  }

  @Test
  void helpOfExplainNeedsNoConfiguration() throws IOException, InterruptedException {
    Outcome help = scripts.submit("explain", "--help", "--master", "yarn");
    assertThat(help.exitCode()).as(help.err()).isZero();
    assertThat(help.out()).anyMatch(line -> line.startsWith("Usage: submit/job.sh explain"));
  }
}
