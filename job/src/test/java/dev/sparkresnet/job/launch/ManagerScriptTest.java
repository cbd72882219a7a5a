package dev.sparkresnet.job.launch;

import static dev.sparkresnet.job.launch.LaunchRun.JOB_JAR;
import static dev.sparkresnet.job.launch.LaunchRun.ROOT;
import static dev.sparkresnet.job.launch.LaunchRun.refused;
import static dev.sparkresnet.job.launch.LaunchRun.withSpark;
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
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the scripts for one manager make of their arguments. */
class ManagerScriptTest {
  private static final String UPLOAD = "spark.kubernetes.file.upload.path=hdfs://namenode/uploads";

  private static LaunchRun kubernetes(String... words) {
    List<String> all = new ArrayList<>(List.of("--as", "kubernetes"));
    all.addAll(List.of(words));
    return withSpark(all.toArray(String[]::new));
  }

  @Test
  void runsTheDriverOnKubernetes() {
    LaunchRun run =
        kubernetes(
            "k8s://https://host:6443", "spark:3.5.6", "describe", "--gpus", "--spark-conf", UPLOAD);
    String template = "podTemplateFile=" + ROOT.resolve("submit/kubernetes/pod-template.yaml");
    assertThat(run.words())
        .containsSequence("--deploy-mode", "cluster")
        .contains(
            "spark.master=k8s://https://host:6443",
            "spark.kubernetes.container.image=spark:3.5.6",
            "spark.kubernetes.driver." + template,
            "spark.kubernetes.executor." + template,
            "spark.kubernetes.driver.podTemplateContainerName=spark",
            "spark.kubernetes.executor.podTemplateContainerName=spark",
            "spark.executor.resource.gpu.vendor=nvidia.com",
            "spark.executor.resource.gpu.discoveryScript="
                + "/opt/spark/examples/src/main/scripts/getGpusResources.sh",
            UPLOAD)
        .endsWith(JOB_JAR, "describe", "--set", "training.device=gpu");
    assertThat(run.valueAfter("--driver-java-options"))
        .endsWith(" -Dsparkresnet.logging-file=log4j2.properties");
  }

  @Test
  void needsNoUploadPathForADriverOfKubernetesThatRunsHere() {
    LaunchRun run =
        kubernetes("k8s://https://host", "spark:3", "describe", "--deploy-mode", "client");
    assertThat(run.words()).containsSequence("--deploy-mode", "client");
  }

  @Test
  void takesTheUploadPathOfTheCluster(@TempDir Path spark) throws IOException {
    Path conf = Files.createDirectory(spark.resolve("conf"));
    Files.writeString(conf.resolve("spark-defaults.conf"), UPLOAD.replace('=', ' ') + "\n");
    List<String> words = List.of("--as", "kubernetes", "k8s://https://host", "spark:3", "describe");
    assertThat(LaunchRun.of(Map.of("SPARK_HOME", spark.toString()), words).exitCode()).isZero();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          train                             | the first argument must be k8s://https://HOST:PORT, found train
          k8s://https://host train --gpus   | the second argument must be an image, found train
          k8s://https://host                | the second argument must be an image, found none
          k8s://https://host spark:3 train  | a driver on the cluster needs --spark-conf spark.kubernetes.file.upload.path=hdfs://..., which it and you can reach
          """)
  void saysWhatIsMissingForKubernetes(String line, String problem) {
    assertThat(kubernetes(line.split(" ")))
        .isEqualTo(refused("Cannot run submit/kubernetes.sh: " + problem));
  }

  @Test
  void takesTheMasterOfAStandaloneCluster() {
    assertThat(
            withSpark(
                    "--as",
                    "standalone",
                    "spark://host:7077",
                    "describe",
                    "--master",
                    "spark://b:1")
                .settings("spark.master"))
        .containsExactly("spark://host:7077");
    assertThat(withSpark("--as", "standalone", "train"))
        .isEqualTo(
            refused(
                "Cannot run submit/standalone.sh: the first argument must be spark://HOST:PORT,"
                    + " found train"));
    assertThat(withSpark("--as", "standalone").err()).endsWith("spark://HOST:PORT, found none\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"HADOOP_CONF_DIR", "YARN_CONF_DIR"})
  void yarnNeedsItsConfiguration(String variable, @TempDir Path hadoop) throws IOException {
    Map<String, String> variables = Map.of("SPARK_HOME", "/spark", variable, hadoop.toString());
    List<String> words = List.of("--as", "yarn", "describe");
    assertThat(LaunchRun.of(variables, words))
        .isEqualTo(refused("Cannot run submit/yarn.sh: HADOOP_CONF_DIR has no yarn-site.xml"));
    Files.writeString(hadoop.resolve("yarn-site.xml"), "<configuration/>");
    assertThat(LaunchRun.of(variables, words).settings("spark.master")).containsExactly("yarn");
  }
}
