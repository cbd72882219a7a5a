package dev.sparkresnet.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sparkresnet.datasets.synthetic.SyntheticCifar;
import dev.sparkresnet.job.metrics.EpochMetrics;
import dev.sparkresnet.job.metrics.LearningCurve;
import dev.sparkresnet.job.metrics.MetricsFile;
import dev.sparkresnet.job.metrics.RunResult;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.hdfs.MiniDFSCluster;
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
  private static final int EPOCHS = 3;
  private static final Pattern STOPPED =
      Pattern.compile(
          "Stopped by SIGTERM after (step \\d+ of epoch \\d+|epoch \\d+); the same command goes on"
              + " from there");

  @TempDir private static java.nio.file.Path directory;

  private static MiniDFSCluster hdfs;
  private static String run;
  private static String images;

  @BeforeAll
  static void startHdfs() throws IOException {
    hdfs = TestHdfs.start(directory);
    run = hdfs.getURI() + "/run";
    images = hdfs.getURI() + "/images";
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
  void aRunKilledWithinAnEpochAndStoppedGoesOnAsIfNothingHadHappened() throws Exception {
    String halfDone = "/checkpoints/epoch-0002-step-000005";
    killAfter(halfDone);
    List<EpochMetrics> beforeKill = new MetricsFile(hadoop(), run + halfDone).read();

    String stoppedAfter = stopByTerm();

    JobProcess.Outcome outcome = JobProcess.start(training()).finish();
    assertThat(outcome.exitCode()).isZero();
    assertThat(outcome.lines())
        .anyMatch(line -> line.contains(run + ": resuming after " + stoppedAfter + ","));

    List<EpochMetrics> metrics = new MetricsFile(hadoop(), run).read();
    assertThat(metrics).startsWith(beforeKill.toArray(EpochMetrics[]::new));
    assertThat(metrics).extracting(EpochMetrics::epoch).containsExactly(1, 2, 3);
    assertThat(metrics).extracting(EpochMetrics::learningRate).containsExactly(0.05, 0.025, 0.0125);
    assertThat(metrics).extracting(EpochMetrics::examples).containsOnly(600L);
    assertThat(metrics).extracting(EpochMetrics::testExamples).containsOnly((long) TEST_IMAGES);
    assertThat(checkpoints())
        .contains(
            "epoch-0001",
            "epoch-0001-step-000005",
            "epoch-0002",
            "epoch-0002-step-000005",
            "epoch-0003",
            "epoch-0003-step-000005")
        .hasSize(6);
    assertThatTheCurveIsDrawn();
    assertThat(result().path("outcome").asText()).isEqualTo("complete");
    assertThat(result().path("epochs_complete").asInt()).isEqualTo(EPOCHS);
    assertThatItEndsLikeARunThatWasLeftAlone();
  }

  /** Bit for bit: parameters and velocity, and the losses on training and test images. */
  private static void assertThatItEndsLikeARunThatWasLeftAlone() throws Exception {
    String alone = run + "-alone";
    JobProcess.Outcome outcome = JobProcess.start(training(alone)).finish();
    assertThat(outcome.exitCode()).isZero();
    assertThat(outcome.lines())
        .filteredOn(line -> line.contains("all 2 replicas have parameters "))
        .hasSize(2 * EPOCHS);
    for (String numbers : List.of("parameters.f32", "velocity.f32")) {
      String last = "/checkpoints/epoch-0003/" + numbers;
      assertThat(bytes(run + last)).as(numbers).isEqualTo(bytes(alone + last));
    }
    assertThat(losses(run)).isEqualTo(losses(alone));
  }

  private static byte[] bytes(String file) throws IOException {
    try (InputStream in = FileSystem.get(hadoop()).open(new Path(file))) {
      return in.readAllBytes();
    }
  }

  private static List<List<Double>> losses(String ofRun) {
    return new MetricsFile(hadoop(), ofRun)
        .read().stream().map(epoch -> List.of(epoch.trainLoss(), epoch.testLoss())).toList();
  }

  private static void killAfter(String line) throws IOException {
    JobProcess job = JobProcess.start(training());
    assertThat(job.awaitLine(line)).isNotEmpty();
    job.kill();
  }

  /** Goes on after the kill, and says after what it was stopped. */
  private static String stopByTerm() throws Exception {
    JobProcess job = JobProcess.start(training());
    job.awaitLine(", step ");
    job.signal("TERM");
    JobProcess.Outcome stopped = job.finish();
    assertThat(stopped.exitCode()).isEqualTo(75);
    assertThat(stopped.lines())
        .anyMatch(line -> line.contains(run + ": taking over from driver on host "))
        .noneMatch(line -> line.contains("to see whether"))
        .anyMatch(line -> line.contains(run + ": resuming after "));
    String last = stopped.lines().get(stopped.lines().size() - 1);
    Matcher where = STOPPED.matcher(last);
    assertThat(where.matches()).as(last).isTrue();
    assertThat(result().path("outcome").asText()).isEqualTo("interrupted");
    assertThat(result().path("reason").asText()).isEqualTo(last);
    return where.group(1);
  }

  private static JsonNode result() throws IOException {
    try (InputStream in = FileSystem.get(hadoop()).open(new Path(run, RunResult.NAME))) {
      return new ObjectMapper().readTree(in);
    }
  }

  private static List<String> checkpoints() throws IOException {
    FileStatus[] found = FileSystem.get(hadoop()).listStatus(new Path(run, "checkpoints"));
    return Arrays.stream(found)
        .map(status -> status.getPath().getName())
        .filter(name -> !name.startsWith("."))
        .sorted()
        .toList();
  }

  private static void assertThatTheCurveIsDrawn() throws IOException {
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

  /** With two checkpoints an epoch. */
  private static List<String> training() {
    return training(run);
  }

  private static List<String> training(String directory) {
    return JobProcess.training(
        Stream.of(
            "training.run-directory=" + directory,
            "training.dataset.path=" + images,
            "training.checkpoint.keep-last=0",
            "training.checkpoint.every-steps=5",
            "training.log-every-steps=1",
            "training.batch-norm.recalibration-minibatches=4",
            "training.optimizer.batch-size=32",
            "training.optimizer.epochs=" + EPOCHS,
            "training.optimizer.learning-rate=0.05",
            "training.gradient-sharing.threshold=1e-3",
            "training.optimizer.step.every-epochs=1",
            "training.optimizer.step.factor=0.5"));
  }
}
