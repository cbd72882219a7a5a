package dev.sparkresnet.job;

import static java.util.concurrent.TimeUnit.MINUTES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import dev.sparkresnet.datasets.synthetic.SyntheticCifar;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two workers of one host whose discovery scripts find GPUs that are not there, for executors that
 * leave them idle.
 */
@Timeout(value = 5, unit = MINUTES, threadMode = SEPARATE_THREAD)
class GpuSchedulingIT {
  @TempDir private static Path directory;

  private static Path images;

  @BeforeAll
  static void generateImages() {
    images = directory.resolve("images");
    SyntheticCifar.generate(new Configuration(), images.toString(), 64, 20, 5);
  }

  @Test
  void givesEveryReplicaAGpuOfItsOwn() throws Exception {
    Path script =
        discoveryScript(
            "of-their-own",
            "if mkdir '" + directory.resolve("first") + "'",
            "then gpu=0; else gpu=1; fi");
    JobInThisProcess outcome =
        train(script, "device=cpu", "run-directory=" + directory.resolve("run"));
    assertThat(outcome.exitCode()).as(outcome.message()).isZero();
    assertThat(outcome.log())
        .filteredOn(line -> line.contains("replica ") && line.contains(" tcp "))
        .hasSize(2)
        .anyMatch(line -> line.matches(".* executor \\d .* tcp \\S+ +CPU, GPU 0 idle"))
        .anyMatch(line -> line.matches(".* executor \\d .* tcp \\S+ +CPU, GPU 1 idle"));
  }

  @Test
  void refusesOneGpuForTwoReplicas() throws Exception {
    JobInThisProcess outcome =
        train(
            discoveryScript("shared", "gpu=7"),
            "device=cpu",
            "run-directory=" + directory.resolve("refused"));
    assertThat(outcome.message())
        .matches(
            "Cannot train: GPU 7 of \\S+ was given to executor 0 and executor 1; discovery scripts"
                + " of two Spark workers on one host must not print the same address: .*");
    assertThat(outcome.exitCode()).isEqualTo(2);
    assertThat(outcome.log()).noneMatch(line -> line.contains(", step "));
  }

  private static Path discoveryScript(String name, String... commands) throws IOException {
    Path script = directory.resolve(name + ".sh");
    Files.writeString(
        script,
        "#!/bin/sh\n"
            + String.join("\n", commands)
            + "\necho '{\"name\": \"gpu\", \"addresses\": [\"'$gpu'\"]}'\n");
    assertThat(script.toFile().setExecutable(true)).isTrue();
    return script;
  }

  private static JobInThisProcess train(Path discoveryScript, String... settings) throws Exception {
    return JobInThisProcess.train(
        TestApplication.localCluster(2),
        Map.of(
            "spark.worker.resource.gpu.amount", "1",
            "spark.worker.resource.gpu.discoveryScript", discoveryScript.toString(),
            "spark.executor.resource.gpu.amount", "1",
            "spark.task.resource.gpu.amount", "1"),
        Stream.concat(
            Stream.of(settings),
            Stream.of(
                "dataset.path=" + images,
                "model.width=4",
                "optimizer.batch-size=16",
                "optimizer.epochs=1",
                "batch-norm.recalibration-minibatches=1",
                "log-every-steps=1")));
  }
}
