package dev.sparkresnet.job.training;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.MINUTES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sparkresnet.datasets.staging.DatasetStager;
import dev.sparkresnet.datasets.synthetic.SyntheticCifar;
import dev.sparkresnet.job.LoggedLines;
import dev.sparkresnet.job.TestApplication;
import dev.sparkresnet.job.TestHdfs;
import dev.sparkresnet.job.metrics.EpochMetrics;
import dev.sparkresnet.job.metrics.MetricsFile;
import dev.sparkresnet.job.metrics.RunResult;
import dev.sparkresnet.job.run.RunDirectory;
import dev.sparkresnet.job.run.RunLease;
import dev.sparkresnet.job.spark.ClusterSession;
import dev.sparkresnet.job.storage.AtomicFile;
import dev.sparkresnet.job.watch.StopRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.hdfs.DistributedFileSystem;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.apache.hadoop.hdfs.protocol.HdfsConstants;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * How trainings end and what they leave in their directories: one after the other in an application
 * of two executors, on a real HDFS.
 */
@Timeout(value = 5, unit = MINUTES, threadMode = SEPARATE_THREAD)
class RunEndingsIT {
  private static final int IMAGES = 640;
  private static final int TEST_IMAGES = 32;
  private static final int BYTES_OF_IMAGE = 3073;
  private static final String SUCCESSOR =
      "{\"id\": \"2\", \"host\": \"node7\", \"process\": 4711, \"process_started\":"
          + " \"2025-11-25T01:00:00Z\", \"application\": \"app-2\"}";

  @TempDir private static Path directory;

  private static MiniDFSCluster hdfs;
  private static String images;
  private static ClusterSession session;

  @BeforeAll
  static void startHdfsAndTwoExecutors() throws Exception {
    hdfs = TestHdfs.start(directory.resolve("hdfs"));
    images = hdfs.getURI() + "/images";
    SyntheticCifar.generate(hadoop(), images, IMAGES, TEST_IMAGES, 3);
    session = TestApplication.open("RunEndingsIT", 2);
  }

  @AfterAll
  static void stop() {
    session.close();
    hdfs.shutdown();
  }

  private static Configuration hadoop() {
    return hdfs.getConfiguration(0);
  }

  private static String run(String name) {
    return hdfs.getURI() + "/runs/" + name;
  }

  private static List<String> settings(String run, String... others) {
    return Stream.concat(
            Stream.of(
                "run-directory=" + run,
                "dataset.path=" + images,
                "model.blocks=[1]",
                "model.width=4",
                "optimizer.batch-size=32",
                "optimizer.epochs=1",
                "batch-norm.recalibration-minibatches=1",
                "log-every-steps=1"),
            Stream.of(others))
        .toList();
  }

  private static EndedRun train(String run, String... others) {
    return EndedRun.of(session, settings(run, others));
  }

  private static JsonNode resultOf(String run) throws IOException {
    try (InputStream in = files().open(in(run, RunResult.NAME))) {
      return new ObjectMapper().readTree(in);
    }
  }

  private static DistributedFileSystem files() throws IOException {
    return hdfs.getFileSystem();
  }

  private static org.apache.hadoop.fs.Path in(String run, String name) {
    return new org.apache.hadoop.fs.Path(run, name);
  }

  private static List<String> checkpoints(String run) throws IOException {
    return Arrays.stream(files().listStatus(in(run, "checkpoints")))
        .map(status -> status.getPath().getName())
        .toList();
  }

  @Test
  void aRunThatIsCompleteIsHeldToItsQualityAndItsNetwork() throws IOException {
    String run = run("complete");
    assertThat(train(run).exitCode()).isZero();
    assertThat(resultOf(run).path("outcome").asText()).isEqualTo("complete");
    EpochMetrics last = new MetricsFile(hadoop(), run).read().get(0);

    EndedRun poor = train(run, "evaluation.minimum-accuracy=1");
    assertThat(poor.exitCode()).isEqualTo(3);
    assertThat(poor.reason())
        .isEqualTo(
            String.format(
                Locale.ROOT,
                "Cannot accept the network of %s: test accuracy %.4f after epoch 1, which"
                    + " evaluation.minimum-accuracy wants to be 1.0000",
                run,
                last.testAccuracy()));
    assertThat(poor.log()).contains(run + ": complete, all 1 epochs are done");
    assertThat(resultOf(run).path("outcome").asText()).isEqualTo("low-quality");
    assertThat(resultOf(run).path("test_accuracy").asDouble()).isEqualTo(last.testAccuracy());

    EndedRun other = train(run, "model.width=8", "optimizer.epochs=2");
    assertThat(other.reason())
        .isEqualTo(
            "Cannot resume "
                + run
                + ": it was started with another configuration: training.model.width was 4, is 8;"
                + " a run directory of its own starts another training");
    assertThat(other.exitCode()).isEqualTo(2);
    assertThat(checkpoints(run)).containsExactly("epoch-0001");
  }

  /** Whatever keeps it from being drawn or written. */
  @Test
  void aRunWithoutItsLearningCurveIsComplete() throws IOException {
    String run = run("undrawn");
    assertThat(files().mkdirs(in(run, "learning-curve.png/in-the-way"))).isTrue();
    EndedRun complete = train(run, "optimizer.epochs=1");
    assertThat(complete.exitCode()).as(complete.reason()).isZero();
    assertThat(complete.log())
        .filteredOn(line -> line.contains("learning curve"))
        .singleElement()
        .asString()
        .startsWith("The learning curve is not drawn, the metrics are complete without it: ");
    assertThat(new MetricsFile(hadoop(), run).read()).hasSize(1);
  }

  @Test
  void aRunThatDivergesFailsUnlessItIsToRollBack() throws IOException {
    String run = run("diverging");
    String[] diverging = {
      "optimizer.learning-rate=1e20",
      "master=parameter-averaging",
      "recovery.roll-back-factor=1e-22",
      "recovery.on-divergence=fail"
    };
    EndedRun failed = train(run, diverging);
    assertThat(failed.exitCode()).isEqualTo(4);
    assertThat(failed.reason()).startsWith("Cannot go on training: ");
    assertThat(resultOf(run).path("outcome").asText()).isEqualTo("diverged");

    diverging[diverging.length - 1] = "recovery.on-divergence=roll-back";
    EndedRun mended = train(run, diverging);
    assertThat(mended.exitCode()).isZero();
    assertThat(mended.log())
        .anyMatch(
            line ->
                line.endsWith(
                    "; roll-back 1 of at most 3: the learning rate is multiplied by 1.0E-22 from"
                        + " here on"))
        .anyMatch(
            line ->
                line.endsWith("everything after epoch 0 is repeated, from the initial weights"));
    assertThat(new MetricsFile(hadoop(), run).read())
        .extracting(EpochMetrics::learningRate)
        .containsExactly(1e20 * 1e-22);
  }

  /** The second loss comes after a checkpoint, and the third before the next. */
  @Test
  void aRunGoesOnWithoutTheExecutorsItLosesUntilItLosesTooMany() throws IOException {
    String run = run("lossy");
    List<String> settings =
        settings(
            run,
            "optimizer.batch-size=8",
            "optimizer.epochs=2",
            "checkpoint.every-steps=20",
            "recovery.max-failures=1");
    EndedRun lost;
    try (LoggedLines log = new LoggedLines()) {
      log.onFirst("epoch 1/2, step 10/40", () -> killAnExecutor());
      onceRepeated(
          log,
          "step 30/40",
          () -> {
            killAnExecutor();
            onceRepeated(log, "step 25/40", RunEndingsIT::killAnExecutor);
          });
      lost = EndedRun.of(session, settings, log);
    }
    assertThat(lost.exitCode()).isEqualTo(6);
    assertThat(lost.log())
        .filteredOn(
            line ->
                line.endsWith(
                    "; 1 lost of at most 1 since the last checkpoint"
                        + " (training.recovery.max-failures), going on from the last checkpoint"))
        .hasSize(2);
    assertThat(lost.log())
        .anyMatch(line -> line.matches(".* everything after .* is repeated, from .*"));
    assertThat(lost.reason())
        .startsWith("Cannot ")
        .endsWith(
            "; 2 lost of at most 1 since the last checkpoint (training.recovery.max-failures)");
    assertThat(resultOf(run).path("outcome").asText()).isEqualTo("executors-lost");

    EndedRun resumed = EndedRun.of(session, settings);
    assertThat(resumed.exitCode()).as(resumed.reason()).isZero();
    assertThat(resumed.log()).anyMatch(line -> line.contains(run + ": resuming after "));
    assertThat(new MetricsFile(hadoop(), run).read())
        .extracting(EpochMetrics::examples)
        .containsExactly((long) IMAGES, (long) IMAGES);
  }

  private static void onceRepeated(LoggedLines log, String line, Runnable action) {
    log.onFirst("is repeated, from ", () -> log.onFirst(line, action));
  }

  private static void killAnExecutor() {
    try {
      assertThat(TestApplication.executors().get(0).destroyForcibly()).isTrue();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** On most machines the time is over before there is a checkpoint. */
  @Test
  void aRunWhoseTimeIsOverEndsAndMayGoOn() {
    EndedRun over = train(run("short"), "optimizer.epochs=1000", "stop-after=3 seconds");
    assertThat(over.exitCode()).isEqualTo(75);
    assertThat(over.reason())
        .matches("Stopped by training.stop-after = 3 s( after .*)?; the same command goes on .*");
  }

  @Test
  void aDriverIsRefusedWhileAnotherHasTheLease() {
    String run = run("taken");
    RunDirectory taken = RunDirectory.prepare(run, hadoop());
    try (RunLease lease = RunLease.acquire(taken, "app-1", () -> {})) {
      EndedRun refused = train(run);
      assertThat(refused.exitCode()).isEqualTo(2);
      assertThat(refused.reason())
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
  void aDriverThatLosesItsLeaseEndsAndSaysWhoHasIt() throws IOException {
    String run = run("lost");
    String record = "drivers/driver-0002.json";
    EndedRun lost;
    try (LoggedLines log = new LoggedLines()) {
      log.onFirst(
          "checkpoints/epoch-0001",
          () -> new AtomicFile(hadoop(), run, record).replace(SUCCESSOR.getBytes(UTF_8)));
      lost = EndedRun.of(session, settings(run, "optimizer.epochs=1000"), log);
    }
    assertThat(lost.exitCode()).isEqualTo(75);
    assertThat(lost.reason())
        .isEqualTo(
            "Cannot write to run "
                + run
                + ": its lease was taken over by driver on host node7 (process 4711, application"
                + " app-2)");
    try (InputStream in = FileSystem.get(hadoop()).open(in(run, record))) {
      assertThat(in.readAllBytes()).asString(UTF_8).isEqualTo(SUCCESSOR);
    }
  }

  /** It allows the directory, the lease and a temporary file, but not the files of a checkpoint. */
  @Test
  void aRunWhoseQuotaIsTooSmallForACheckpointEndsAndSaysSo() throws IOException {
    String run = run("quota");
    files().mkdirs(new org.apache.hadoop.fs.Path(run));
    files().setQuota(new org.apache.hadoop.fs.Path(run), 8, HdfsConstants.QUOTA_DONT_SET);
    EndedRun full = train(run, "optimizer.epochs=2");
    assertThat(full.exitCode()).isEqualTo(5);
    assertThat(full.reason())
        .startsWith("Cannot write checkpoint " + run + "/checkpoints/epoch-0001: ")
        .contains("quota")
        .contains("/runs/quota");
    assertThat(full.log()).noneMatch(line -> line.contains("next try in"));
    assertThat(checkpoints(run)).isEmpty();
  }

  @Test
  void fewerExecutorsThanReplicasAreRefused() {
    EndedRun refused = train(run("three"), "replicas=3", "executor-wait=1 second");
    assertThat(refused.reason())
        .isEqualTo(
            "Cannot train 3 replicas: the application never has more than 2 executors"
                + " (local-cluster[2,1,1024]); raise that or set training.replicas");
    assertThat(refused.exitCode()).isEqualTo(2);
  }

  @Test
  void aLabelOutsideTheClassesIsNamed() throws IOException {
    Path damaged = localImages("damaged");
    Path batch = damaged.resolve("data_batch_1.bin");
    byte[] bytes = Files.readAllBytes(batch);
    bytes[BYTES_OF_IMAGE] = 77;
    Files.write(batch, bytes);
    String run = run("damaged");
    EndedRun refused = train(run, "dataset.path=" + damaged);
    assertThat(refused.reason())
        .startsWith("Cannot read dataset ")
        .contains("data_batch_1.bin")
        .contains("77");
    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(checkpoints(run)).isEmpty();
  }

  /** Hadoop keeps a checksum beside every local file, and would find the damage by it. */
  private static Path localImages(String name) throws IOException {
    Path folder = directory.resolve(name);
    SyntheticCifar.generate(new Configuration(), folder.toString(), 128, 20, 5);
    try (Stream<Path> all = Files.list(folder)) {
      for (Path file : all.filter(each -> each.toString().endsWith(".crc")).toList()) {
        Files.delete(file);
      }
    }
    return folder;
  }

  @Tag("long")
  @Test
  void everyChoiceThatIsOffByDefaultTrainsTogetherWithAllOthers() throws Exception {
    localImages("packed");
    Path archive = directory.resolve("own.tgz");
    List<String> pack = List.of("tar", "-czf", archive + "", "-C", directory + "", "packed");
    assertThat(new ProcessBuilder(pack).inheritIO().start().waitFor()).isZero();
    String staged =
        new DatasetStager(hadoop(), (done, total) -> {})
            .copy(archive, hdfs.getURI() + "/own")
            .path();
    String run = run("choices");

    EndedRun ended =
        train(
            run,
            "dataset.path=" + staged,
            "dataset.normalisation=standardise",
            "dataset.augmentation=true",
            "model.stem=cifar",
            "model.stride-in=second",
            "optimizer.schedule=cosine",
            "optimizer.cosine.warm-up-epochs=1",
            "optimizer.batch-size=16",
            "optimizer.epochs=3",
            "checkpoint.every-steps=2");

    assertThat(ended.exitCode()).as(ended.reason()).isZero();
    List<EpochMetrics> metrics = new MetricsFile(hadoop(), run).read();
    assertThat(metrics).extracting(EpochMetrics::examples).containsExactly(128L, 128L, 128L);
    assertThat(metrics).extracting(EpochMetrics::testExamples).containsOnly(20L);
    assertThat(metrics).allMatch(epoch -> Double.isFinite(epoch.trainLoss()));
    assertThat(metrics.get(2).learningRate()).isLessThan(metrics.get(1).learningRate());
  }

  @Tag("long")
  @Test
  void oneImageForEachReplicaAndOneToTestIsEnough() throws IOException {
    SyntheticCifar.generate(hadoop(), hdfs.getURI() + "/two", 2, 1, 3);
    String run = run("two");
    EndedRun ended = train(run, "dataset.path=" + hdfs.getURI() + "/two");
    assertThat(ended.exitCode()).as(ended.reason()).isZero();
    EpochMetrics only = new MetricsFile(hadoop(), run).read().get(0);
    assertThat(only.examples()).isEqualTo(2);
    assertThat(only.testExamples()).isEqualTo(1);
  }

  @Test
  void fewerImagesThanReplicasAreRefused() throws IOException {
    SyntheticCifar.generate(hadoop(), hdfs.getURI() + "/one", 1, 1, 3);
    EndedRun refused = train(run("one"), "dataset.path=" + hdfs.getURI() + "/one");
    assertThat(refused.reason())
        .isEqualTo("Cannot share out 1 examples over 2 replicas: each needs at least one");
    assertThat(refused.exitCode()).isEqualTo(2);
  }

  @Test
  void whatFailsInThePreflightIsToldAtOnceAndInTheResult() throws IOException {
    Path truncated = localImages("truncated");
    Files.write(truncated.resolve("test_batch.bin"), new byte[1000]);
    String run = directory.resolve("refused").toString();
    assertThat(session.awaitExecutors(2, Duration.ofMinutes(1))).isEqualTo(2);
    EndedRun refused =
        EndedRun.withPreflight(
            session,
            settings(run, "dataset.path=" + truncated, "replicas=3", "executor-wait=1 s"),
            new StopRequest());
    assertThat(refused.exitCode()).isEqualTo(2);
    String reason = refused.reason();
    assertThat(reason)
        .as("executors run the packed job, the driver of a test does not")
        .isEqualTo(
            "Cannot train: preflight failed in 3 of 13 checks: executors, versions, dataset");
    assertThat(refused.log())
        .contains(
            "executors        FAILED   never more than 2 for 3 replicas (local-cluster[2,1,1024])",
            "device           ok       CPU",
            "  to mend executors: Give the application more executors, or lower"
                + " training.replicas.")
        .anyMatch(
            line ->
                line.startsWith("dataset          FAILED   driver on ")
                    && line.endsWith(
                        (": Cannot read dataset file:%s: test_batch.bin has 1000 bytes, which is"
                                + " not a multiple of 3073")
                            .formatted(truncated)))
        .anyMatch(line -> line.startsWith("  to mend dataset: Put whole images "))
        .anyMatch(line -> line.startsWith("exchange         ok       executor "));
    Map<?, ?> result =
        new ObjectMapper().readValue(Path.of(run, RunResult.NAME).toFile(), Map.class);
    assertThat(result.get("outcome")).isEqualTo("mendable");
    assertThat(result.get("reason")).isEqualTo(reason);
    try (Stream<Path> left = Files.list(Path.of(run))) {
      assertThat(left).noneMatch(path -> path.getFileName().toString().startsWith("."));
    }
  }

  /** The images are in a pipe, so that all processes hang until the wish to stop comes. */
  @Test
  void aPreflightCanBeStoppedLikeATraining() throws Exception {
    Path pipe = directory.resolve("pipe");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    StopRequest stop = new StopRequest();
    CompletableFuture<OutputStream> writer =
        CompletableFuture.supplyAsync(() -> stopWhenRead(pipe, stop));
    EndedRun stopped =
        EndedRun.withPreflight(session, settings(run("stopped"), "dataset.path=" + pipe), stop);
    writer.join().close();
    letGo(pipe);
    assertThat(stopped.exitCode()).isEqualTo(75);
    assertThat(stopped.reason())
        .isEqualTo("Stopped by SIGTERM; the same command goes on after the last checkpoint");
    assertThat(stopped.log()).noneMatch(line -> line.contains("FAILED"));
  }

  /** Executors that still open it would have no room for the next run until they give up. */
  private static void letGo(Path pipe) throws IOException {
    Path file = Files.createFile(directory.resolve("in-place-of-the-pipe"));
    RandomAccessFile opened = new RandomAccessFile(pipe.toFile(), "rw");
    Files.move(file, pipe, StandardCopyOption.REPLACE_EXISTING);
    opened.close();
  }

  /** A pipe is opened as soon as somebody reads. */
  private static OutputStream stopWhenRead(Path pipe, StopRequest stop) {
    try {
      OutputStream unread = Files.newOutputStream(pipe, StandardOpenOption.WRITE);
      stop.make("SIGTERM");
      return unread;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
