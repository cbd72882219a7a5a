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
import org.junit.jupiter.params.provider.CsvSource;

/** What submit/kubernetes.sh makes of its arguments. */
class KubernetesScriptIT {
  @TempDir Path directory;
  private Scripts scripts;

  @BeforeEach
  void installSpark() throws IOException {
    scripts = new Scripts(directory);
  }

  private Outcome submitToKubernetes(String... arguments) throws IOException, InterruptedException {
    return scripts.run(scripts.withSpark(), "submit/kubernetes.sh", arguments);
  }

  @Test
  void runsTheDriverOnKubernetes() throws IOException, InterruptedException {
    String upload = "spark.kubernetes.file.upload.path=hdfs://namenode/uploads";
    Outcome outcome =
        submitToKubernetes(
            "k8s://https://host:6443", "spark:3.5.6", "describe", "--gpus", "--spark-conf", upload);
    assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    String template =
        "podTemplateFile=" + Scripts.ROOT.resolve("submit/kubernetes/pod-template.yaml");
    assertThat(outcome.out())
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
            upload)
        .endsWith(Scripts.JOB_JAR.toString(), "describe", "--set", "training.device=gpu");
    assertThat(outcome.valueAfter("--driver-java-options"))
        .endsWith(" -Dsparkresnet.logging-file=log4j2.properties");
  }

  @Test
  void needsNoUploadPathForADriverOfKubernetesThatRunsHere()
      throws IOException, InterruptedException {
    Outcome outcome =
        submitToKubernetes("k8s://https://host", "spark:3", "describe", "--deploy-mode", "client");
    assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    assertThat(outcome.out()).containsSequence("--deploy-mode", "client");
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
  void saysWhatIsMissingForKubernetes(String line, String problem)
      throws IOException, InterruptedException {
    assertThat(submitToKubernetes(line.split(" ")))
        .isEqualTo(new Outcome(2, List.of(), "Cannot run submit/kubernetes.sh: " + problem + "\n"));
  }
}
