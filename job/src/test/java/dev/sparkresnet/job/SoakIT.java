package dev.sparkresnet.job;

import static java.util.concurrent.TimeUnit.HOURS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import dev.sparkresnet.datasets.synthetic.SyntheticCifar;
import dev.sparkresnet.job.metrics.EpochMetrics;
import dev.sparkresnet.job.metrics.MetricsFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A run whose driver and executors are killed in turn with SIGKILL, at random moments, and which is
 * started again with the same command each time.
 *
 * <p>{@code job/src/test/scripts/soak.sh} does it for longer and with both ways to train, and
 * {@code target/soak.txt} says what was hit.
 */
@Timeout(value = 3, unit = HOURS, threadMode = SEPARATE_THREAD)
@Tag("long")
class SoakIT {
  private static final int KILLS = Integer.getInteger("soak.kills", 2);
  private static final long SEED = Long.getLong("soak.seed", 1);
  private static final int TRAINING_IMAGES = 320;
  private static final int LONGEST_DELAY_MILLIS = 400;

  /**
   * More than there will be: how many epochs a run has come to is known when the kills are over.
   */
  private static final int NEVER = 100_000;

  /**
   * What a job logs in training, at the end of its steps, before the evaluation, before it writes
   * the checkpoint of an epoch, and when one is published.
   */
  private static final List<String> MOMENTS =
      List.of(
          ", step ",
          "EpochCycle: replica 1 on executor",
          "batch norm re-estimated",
          "TrainingAttempt: epoch ",
          "RunArchive: checkpoint ");

  @TempDir private static java.nio.file.Path directory;

  private static MiniDFSCluster hdfs;
  private static String root;

  private final Random random = new Random(SEED);

  @BeforeAll
  static void startHdfs() throws IOException {
    hdfs = TestHdfs.start(directory);
    root = hdfs.getURI().toString();
    SyntheticCifar.generate(hadoop(), root + "/images", TRAINING_IMAGES, 64, 3);
  }

  @AfterAll
  static void stopHdfs() {
    hdfs.shutdown();
  }

  private static Stream<String> masters() {
    return Stream.of(System.getProperty("soak.masters", "parameter-averaging").split(","));
  }

  private static Configuration hadoop() {
    return hdfs.getConfiguration(0);
  }

  @ParameterizedTest
  @MethodSource("masters")
  void aRunThatIsKilledAgainAndAgainIsTheRunThatWasNot(String master) throws Exception {
    String run = root + "/killed-" + master;
    kill(run, master);
    int epochs = completeEpochs(run) + 1;
    finish(run, master, epochs);
    String undisturbed = root + "/undisturbed-" + master;
    finish(undisturbed, master, epochs);

    List<EpochMetrics> actual = new MetricsFile(hadoop(), run).read();
    List<EpochMetrics> expected = new MetricsFile(hadoop(), undisturbed).read();
    assertThat(actual).hasSize(epochs);
    assertThat(actual.stream().map(SoakIT::course))
        .isEqualTo(expected.stream().map(SoakIT::course).toList());
    if (master.equals("parameter-averaging")) {
      assertThat(actual)
          .extracting(EpochMetrics::testLoss)
          .isEqualTo(expected.stream().map(EpochMetrics::testLoss).toList());
      assertThat(parameters(run, epochs)).isEqualTo(parameters(undisturbed, epochs));
    }
    report(
        String.format(
            Locale.ROOT,
            "%s, seed %d: the %d epochs of the run are those of one that was not killed",
            master,
            SEED,
            epochs));
  }

  /** What does not depend on the order in which updates arrive, nor on the time. */
  private static List<Number> course(EpochMetrics epoch) {
    return List.of(epoch.epoch(), epoch.learningRate(), epoch.examples(), epoch.testExamples());
  }

  /** Kills executors and drivers in turn, and starts again what was killed. */
  private void kill(String run, String master) throws Exception {
    int whileWriting = 0;
    int untilPublished = 0;
    JobProcess job = JobProcess.start(training(run, master, NEVER));
    for (int kill = 1; kill <= KILLS; kill++) {
      job.awaitLine(MOMENTS.get(random.nextInt(MOMENTS.size())));
      TimeUnit.MILLISECONDS.sleep(random.nextInt(LONGEST_DELAY_MILLIS));
      if (kill % 2 == 0) {
        killOne(job.executors());
        job.awaitLine(" is repeated, from ");
      } else {
        job.kill();
        assertThat(job.finish().lines()).noneMatch(line -> line.startsWith("Cannot "));
        whileWriting += isHalfWritten(run) ? 1 : 0;
        untilPublished += metricsAreBehind(run) ? 1 : 0;
        job = restart(run, master);
      }
    }
    job.kill();
    job.finish();
    report(
        String.format(
                Locale.ROOT,
                "%s, seed %d: %d kills, of which %d left a directory half written or half removed and %d a",
                master,
                SEED,
                KILLS + 1,
                whileWriting,
                untilPublished)
            + " checkpoint whose metrics were not published yet");
  }

  private void killOne(Map<String, ProcessHandle> executors) {
    List<ProcessHandle> all = List.copyOf(executors.values());
    all.get(random.nextInt(all.size())).destroyForcibly();
  }

  private static JobProcess restart(String run, String master) throws IOException {
    boolean hasCheckpoint = !checkpoints(run, "epoch-").isEmpty();
    JobProcess job = JobProcess.start(training(run, master, NEVER));
    List<String> lines =
        job.awaitLine(hasCheckpoint ? run + ": resuming after " : ": training 2 replicas");
    assertThat(lines).noneMatch(line -> line.contains("is rejected"));
    return job;
  }

  private static void finish(String run, String master, int epochs) throws Exception {
    assertThat(JobProcess.start(training(run, master, epochs)).finish().exitCode()).isZero();
  }

  private static List<String> training(String run, String master, int epochs) {
    return JobProcess.training(
        Stream.of(
            "run-directory=" + run,
            "dataset.path=" + root + "/images",
            "master=" + master,
            "parameter-averaging.every-steps=5",
            "model.width=4",
            "optimizer.batch-size=8",
            "optimizer.epochs=" + epochs,
            "optimizer.step.every-epochs=3",
            "optimizer.step.factor=0.9",
            "checkpoint.every-steps=10",
            "checkpoint.keep-last=0",
            "recovery.max-failures=" + KILLS,
            "log-every-steps=1"));
  }

  private static List<String> checkpoints(String run, String prefix) throws IOException {
    Path directory = new Path(run, "checkpoints");
    FileSystem files = FileSystem.get(hadoop());
    if (!files.exists(directory)) {
      return List.of();
    }
    return Arrays.stream(files.listStatus(directory))
        .map(status -> status.getPath().getName())
        .filter(name -> name.startsWith(prefix))
        .toList();
  }

  private static boolean isHalfWritten(String run) throws IOException {
    return !checkpoints(run, ".").isEmpty();
  }

  private static boolean metricsAreBehind(String run) throws IOException {
    return new MetricsFile(hadoop(), run).read().size() < completeEpochs(run);
  }

  private static int completeEpochs(String run) throws IOException {
    List<String> all = checkpoints(run, "epoch-");
    return (int) all.stream().filter(name -> !name.contains("step")).count();
  }

  private static byte[] parameters(String run, int epoch) throws IOException {
    Path file =
        new Path(run, String.format(Locale.ROOT, "checkpoints/epoch-%04d/parameters.f32", epoch));
    try (InputStream in = FileSystem.get(hadoop()).open(file)) {
      return in.readAllBytes();
    }
  }

  private static void report(String line) throws IOException {
    Files.writeString(
        java.nio.file.Path.of("target", "soak.txt"),
        line + "\n",
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
  }
}
