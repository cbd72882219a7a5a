package dev.sparkresnet.job;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sparkresnet.datasets.synthetic.SyntheticCifar;
import dev.sparkresnet.job.metrics.EpochMetrics;
import dev.sparkresnet.job.metrics.LearningCurve;
import dev.sparkresnet.job.metrics.MetricsFile;
import dev.sparkresnet.job.metrics.RunResult;
import dev.sparkresnet.job.run.RunDirectory;
import dev.sparkresnet.job.run.RunLease;
import dev.sparkresnet.job.storage.AtomicFile;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.hdfs.DistributedFileSystem;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.apache.hadoop.hdfs.protocol.HdfsConstants;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The job as users run it: {@code submit/job.sh} starts a driver and two executors, which read from
 * and write to a real HDFS.
 */
class TrainIT {
  private static final int TRAINING_IMAGES = 601;
  private static final int TEST_IMAGES = 101;
  private static final int EPOCHS = 2;
  private static final String SUCCESSOR =
      "{\"id\": \"2\", \"host\": \"node7\", \"process\": 4711, \"process_started\":"
          + " \"2025-11-25T01:00:00Z\", \"application\": \"app-2\"}";

  @TempDir private static java.nio.file.Path directory;

  private static MiniDFSCluster hdfs;
  private static String root;
  private static String images;

  @BeforeAll
  static void startHdfs() throws IOException {
    hdfs = TestHdfs.start(directory);
    root = hdfs.getURI().toString();
    images = root + "/images";
    SyntheticCifar.generate(hadoop(), images, TRAINING_IMAGES, TEST_IMAGES, 3);
  }

  @AfterAll
  static void stopHdfs() {
    hdfs.shutdown();
  }

  private static Configuration hadoop() {
    return hdfs.getConfiguration(0);
  }

  @Test
  void aRunKilledWithinAnEpochGoesOnAsIfNothingHadHappened() throws Exception {
    String run = root + "/runs/killed";
    String halfDone = "/checkpoints/epoch-0002-step-000005";
    killAfter(halfDone, run);
    List<EpochMetrics> beforeKill = new MetricsFile(hadoop(), run + halfDone).read();

    JobProcess.Outcome outcome = JobProcess.start(inStretches(run)).finish();
    assertThat(outcome.exitCode()).isZero();
    assertThat(outcome.lines())
        .anyMatch(line -> line.contains(run + ": taking over from driver on host "))
        .noneMatch(line -> line.contains("waiting up to"))
        .anyMatch(line -> line.contains(run + ": resuming after "));

    List<EpochMetrics> metrics = new MetricsFile(hadoop(), run).read();
    assertThat(metrics).startsWith(beforeKill.toArray(EpochMetrics[]::new));
    assertThat(metrics).extracting(EpochMetrics::epoch).containsExactly(1, 2);
    assertThat(metrics).extracting(EpochMetrics::learningRate).containsExactly(0.05, 0.025);
    assertThat(metrics).extracting(EpochMetrics::examples).containsOnly(600L);
    assertThat(metrics).extracting(EpochMetrics::testExamples).containsOnly((long) TEST_IMAGES);
    assertThat(checkpoints(run))
        .containsExactly(
            "epoch-0001", "epoch-0001-step-000005", "epoch-0002", "epoch-0002-step-000005");
    assertThatTheCurveIsDrawn(run);
    assertThat(resultOf(run).path("outcome").asText()).isEqualTo("complete");
    assertThat(resultOf(run).path("epochs_complete").asInt()).isEqualTo(EPOCHS);
    refusesItsQuality(run, metrics.get(EPOCHS - 1));
  }

  private static void refusesItsQuality(String run, EpochMetrics last) throws Exception {
    List<String> arguments = inStretches(run);
    arguments.addAll(List.of("--set", "evaluation.minimum-accuracy=1"));
    JobProcess.Outcome outcome = JobProcess.start(arguments).finish();
    assertThat(outcome.exitCode()).isEqualTo(3);
    assertThat(outcome.lines())
        .contains(
            String.format(
                Locale.ROOT,
                "Cannot accept the network of %s: test accuracy %.4f after epoch 2, which"
                    + " evaluation.minimum-accuracy wants to be 1.0000",
                run,
                last.testAccuracy()))
        .anyMatch(line -> line.endsWith(run + ": complete, all 2 epochs are done"));
    assertThat(resultOf(run).path("outcome").asText()).isEqualTo("low-quality");
    assertThat(resultOf(run).path("test_accuracy").asDouble()).isEqualTo(last.testAccuracy());
  }

  private static JsonNode resultOf(String run) throws IOException {
    try (InputStream in = FileSystem.get(hadoop()).open(new Path(run, RunResult.NAME))) {
      return new ObjectMapper().readTree(in);
    }
  }

  /** With two checkpoints an epoch. */
  private static List<String> inStretches(String run) {
    List<String> arguments = trainingOf(run, EPOCHS);
    arguments.addAll(List.of("--set", "checkpoint.every-steps=5"));
    return arguments;
  }

  /** Begins with the preflight, as users do. */
  private static void killAfter(String line, String run) throws IOException {
    List<String> arguments = inStretches(run);
    arguments.remove(JobProcess.SKIP_PREFLIGHT);
    JobProcess job = JobProcess.start(arguments);
    assertThat(job.awaitLine(line))
        .filteredOn(logged -> logged.contains("preflight"))
        .singleElement()
        .asString()
        .matches(".* INFO .*preflight: 13 checks, all well, in [0-9.]+ s");
    job.kill();
  }

  private static List<String> checkpoints(String run) throws IOException {
    FileStatus[] found = FileSystem.get(hadoop()).listStatus(new Path(run, "checkpoints"));
    return Arrays.stream(found)
        .map(status -> status.getPath().getName())
        .filter(name -> !name.startsWith("."))
        .sorted()
        .toList();
  }

  private static void assertThatTheCurveIsDrawn(String run) throws IOException {
    try (InputStream in = FileSystem.get(hadoop()).open(new Path(run, LearningCurve.NAME))) {
      BufferedImage curve = ImageIO.read(in);
      long colours =
          IntStream.range(0, curve.getWidth() * curve.getHeight())
              .map(i -> curve.getRGB(i % curve.getWidth(), i / curve.getWidth()))
              .distinct()
              .count();
      assertThat(curve.getWidth()).isEqualTo(1200);
      assertThat(curve.getHeight()).isEqualTo(500);
      assertThat(colours).isGreaterThan(10);
    }
  }

  @Test
  void aDriverIsRefusedWhileAnotherHasTheLease() throws Exception {
    String run = root + "/runs/taken";
    RunDirectory directory = RunDirectory.prepare(run, hadoop());
    try (RunLease lease = RunLease.acquire(directory, "app-1", () -> {})) {
      JobProcess.Outcome outcome = JobProcess.start(trainingOf(run, EPOCHS)).finish();
      assertThat(outcome.exitCode()).isEqualTo(2);
      assertThat(outcome.lines())
          .filteredOn(line -> line.startsWith("Cannot "))
          .singleElement()
          .asString()
          .matches(
              "Cannot train in "
                  + run
                  + ": driver on host \\S+ \\(process "
                  + ProcessHandle.current().pid()
                  + ", application app-1\\) is writing it, renewed its lease while we watched;"
                  + " wait for its end, end it, or set another training.run-directory");
      lease.requireHeld();
    }
  }

  @Test
  void aDriverThatLosesItsLeaseEndsAndSaysWhoHasIt() throws Exception {
    String run = root + "/runs/lost";
    JobProcess job = JobProcess.start(trainingOf(run, 1000));
    job.awaitLine("checkpoints/epoch-0001");
    new AtomicFile(hadoop(), run, "drivers/driver-0002.json").replace(SUCCESSOR.getBytes(UTF_8));
    JobProcess.Outcome outcome = job.finish();
    assertThat(outcome.exitCode()).isEqualTo(75);
    assertThat(outcome.lines())
        .contains(
            "Cannot write to run "
                + run
                + ": its lease was taken over by driver on host node7 (process 4711, application"
                + " app-2)");
    try (InputStream in =
        FileSystem.get(hadoop()).open(new Path(run, "drivers/driver-0002.json"))) {
      assertThat(in.readAllBytes()).asString(UTF_8).isEqualTo(SUCCESSOR);
    }
  }

  /** It allows the directory, the lease and a temporary file, but not the files of a checkpoint. */
  @Test
  void aRunWhoseQuotaIsTooSmallForACheckpointEndsAndSaysSo() throws Exception {
    String run = root + "/runs/quota";
    DistributedFileSystem files = hdfs.getFileSystem();
    files.mkdirs(new Path(run));
    files.setQuota(new Path(run), 8, HdfsConstants.QUOTA_DONT_SET);
    JobProcess.Outcome outcome = JobProcess.start(trainingOf(run, EPOCHS)).finish();
    assertThat(outcome.exitCode()).isEqualTo(5);
    assertThat(outcome.lines().get(outcome.lines().size() - 1))
        .startsWith("Cannot write checkpoint " + run + "/checkpoints/epoch-0001: ")
        .contains("quota")
        .contains("/runs/quota");
    assertThat(outcome.lines()).noneMatch(line -> line.contains("next try in"));
    assertThat(checkpoints(run)).isEmpty();
  }

  private static List<String> trainingOf(String run, int epochs) {
    return JobProcess.training(settings(run, epochs));
  }

  private static Stream<String> settings(String run, int epochs) {
    return Stream.of(
        "training.run-directory=" + run,
        "training.dataset.path=" + images,
        "training.model.blocks=[1]",
        "training.model.width=8",
        "training.checkpoint.keep-last=0",
        "training.optimizer.batch-size=32",
        "training.optimizer.epochs=" + epochs,
        "training.optimizer.learning-rate=0.05",
        "training.gradient-sharing.threshold=1e-3",
        "training.optimizer.step.every-epochs=1",
        "training.optimizer.step.factor=0.5");
  }
}
