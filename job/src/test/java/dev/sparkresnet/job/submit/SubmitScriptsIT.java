package dev.sparkresnet.job.submit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sparkresnet.job.submit.Scripts.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** That the scripts execute what the launcher says, on the job that was packaged just now. */
class SubmitScriptsIT {
  @TempDir Path directory;
  private Scripts scripts;

  @BeforeEach
  void installSpark() throws IOException {
    scripts = new Scripts(directory);
  }

  @Test
  void handsTheCommandToSparkSubmit() throws IOException, InterruptedException {
    Path conf = Files.writeString(directory.resolve("a b.conf"), "training.seed = 1");
    Path file = directory.resolve("spark.properties");
    Files.writeString(file, "spark.hadoop.fs.permissions.umask-mode=027\n");
    Outcome outcome =
        scripts.run(
            scripts.withSpark(),
            "submit/standalone.sh",
            "spark://host:7077",
            "train",
            "--properties-file",
            file.toString(),
            "--conf",
            conf.toString(),
            "--set",
            "run-directory=r",
            "--set=dataset.path=it's\n\"two\" lines");
    assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    assertThat(outcome.err()).startsWith("spark.driver.memory=");
    assertThat(outcome.words())
        .startsWith("0027", "--class", "dev.sparkresnet.job.Main")
        .containsSequence("--conf", "spark.master=spark://host:7077")
        .containsSequence(Scripts.jobJar().toString(), "train")
        .endsWith(
            "--conf",
            conf.toString(),
            "--set",
            "run-directory=r",
            "--set=dataset.path=it's\n\"two\" lines");
  }

  @Test
  void returnsTheExitCodeOfSparkSubmit() throws IOException, InterruptedException {
    Files.writeString(scripts.sparkSubmit(), "#!/usr/bin/env bash\nexit 6\n");
    Outcome outcome = scripts.run(scripts.withSpark(), "submit/job.sh", "describe");
    assertThat(outcome.exitCode()).isEqualTo(6);
  }

  @Test
  void runsOnTheBuildWithoutSpark() throws IOException, InterruptedException {
    Outcome outcome = scripts.run(Map.of(), "submit/job.sh", "describe");
    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.exitCode()).isZero();
    assertThat(outcome.out()).contains("23,528,586");
  }

  @Test
  void answersAtOnceWhatNeedsNoOtherProcess() throws IOException, InterruptedException {
    Outcome version = scripts.run(scripts.withSpark(), "submit/job.sh", "--version");
    assertThat(version.exitCode()).as(version.err()).isZero();
    assertThat(version.out()).matches("spark-resnet50 \\d+\\.\\d+\\..*\n");
    Outcome refused = scripts.run(Map.of(), "submit/job.sh", "train", "--set", "seed=x");
    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(refused.err()).contains("--set seed=x: must be a whole number");
    assertThat(refused.out()).isEmpty();
    Outcome kubernetes = scripts.run(Map.of(), "submit/kubernetes.sh", "train");
    assertThat(kubernetes.exitCode()).isEqualTo(2);
    assertThat(kubernetes.err())
        .isEqualTo(
            "Cannot run submit/kubernetes.sh: the first argument must be k8s://https://HOST:PORT,"
                + " found train\n");
    assertThat(scripts.run(Map.of(), "submit/yarn.sh", "train").err())
        .isEqualTo("Cannot run submit/yarn.sh: HADOOP_CONF_DIR has no yarn-site.xml\n");
  }

  @Test
  void saysWhereThereIsNoBuild() throws IOException, InterruptedException {
    assertThat(scripts.run(Map.of("SPARK_RESNET50_BUILD", "/gone"), "submit/job.sh", "--help"))
        .isEqualTo(
            new Outcome(
                2, "", "Cannot run submit/job.sh: there is no /gone/lib/spark-resnet50.jar\n"));
  }

  /** What the user changes directories by must not change what the scripts find. */
  @Test
  void worksWhereCdPrintsWhereItGoes() throws IOException, InterruptedException {
    Outcome outcome =
        scripts.run(Map.of("CDPATH", Scripts.ROOT.toString()), "submit/job.sh", "--version");
    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.out()).startsWith("spark-resnet50 ");
  }
}
