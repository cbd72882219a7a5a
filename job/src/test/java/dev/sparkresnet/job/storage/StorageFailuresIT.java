package dev.sparkresnet.job.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sparkresnet.job.TestHdfs;
import dev.sparkresnet.job.checkpoint.Checkpoint;
import dev.sparkresnet.job.checkpoint.CheckpointStore;
import dev.sparkresnet.job.checkpoint.ParameterLayout;
import dev.sparkresnet.job.checkpoint.Progress;
import dev.sparkresnet.job.config.CheckpointConfig;
import dev.sparkresnet.job.failure.Explanation;
import dev.sparkresnet.job.failure.Outcome;
import dev.sparkresnet.job.failure.StorageException;
import dev.sparkresnet.job.metrics.EpochSamples;
import dev.sparkresnet.job.run.RunDirectory;
import dev.sparkresnet.job.run.RunLease;
import dev.sparkresnet.job.state.FlatVector;
import dev.sparkresnet.job.state.NetworkState;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.PrivilegedAction;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.apache.hadoop.hdfs.MiniDFSCluster.DataNodeProperties;
import org.apache.hadoop.hdfs.protocol.HdfsConstants;
import org.apache.hadoop.hdfs.protocol.HdfsConstants.SafeModeAction;
import org.apache.hadoop.security.UserGroupInformation;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** What a run keeps in its directory, on a real HDFS of two DataNodes that is not well. */
class StorageFailuresIT {
  private static final ParameterLayout LAYOUT = new ParameterLayout(List.of());
  private static final CheckpointConfig KEEP_ALL = new CheckpointConfig(0, 0, 0);
  private static final int VALUES = 1000;
  private static final int BLOCK_REPORT_MILLIS = 20_000;

  @TempDir private static java.nio.file.Path directory;

  private static MiniDFSCluster hdfs;

  private final List<Duration> waits = new ArrayList<>();
  private Instant now = Instant.EPOCH;
  private RunDirectory run;
  private RunLease lease;
  private CheckpointStore checkpoints;

  /** What happens while a retry waits. */
  @FunctionalInterface
  private interface Meanwhile {
    void happens() throws Exception;
  }

  @BeforeAll
  static void startHdfs() throws IOException {
    hdfs = TestHdfs.start(directory, 2);
  }

  @AfterAll
  static void stopHdfs() {
    hdfs.shutdown();
  }

  @BeforeEach
  void completeAnEpoch(TestInfo test) {
    String name = test.getTestMethod().orElseThrow().getName();
    run = RunDirectory.prepare(hdfs.getURI() + "/runs/" + name, hdfs.getConfiguration(0));
    lease = RunLease.acquire(run, "app-1", () -> {});
    checkpoints = store(lease::requireHeld);
    checkpoints.write(checkpoint(1), LAYOUT);
  }

  @AfterEach
  void letGo() throws IOException {
    safeMode(SafeModeAction.SAFEMODE_LEAVE);
    lease.close();
  }

  private CheckpointStore store(Runnable beforePublishing) {
    return new CheckpointStore(run.hadoop(), run.path(), beforePublishing);
  }

  private static Checkpoint checkpoint(int epoch) {
    return new Checkpoint(
        Progress.afterEpoch(epoch),
        "120-0123456789abcdef",
        "{\"training\" : {\"seed\" : 1}}",
        EpochSamples.upTo(epoch),
        new NetworkState(zeros(), zeros(), 2e-4));
  }

  private static FlatVector zeros() {
    try {
      return FlatVector.readFrom(new ByteArrayInputStream(new byte[VALUES * Float.BYTES]), VALUES);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean safeMode(SafeModeAction action) throws IOException {
    return hdfs.getFileSystem().setSafeMode(action);
  }

  private StorageRetry retry(Meanwhile meanwhile) {
    return new StorageRetry(Duration.ofMinutes(2), () -> now, wait -> pass(wait, meanwhile));
  }

  private void pass(Duration wait, Meanwhile meanwhile) {
    waits.add(wait);
    now = now.plus(wait);
    try {
      meanwhile.happens();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private Path writeNext() {
    return checkpoints.write(checkpoint(2), LAYOUT);
  }

  private AtomicFile file() {
    return new AtomicFile(run.hadoop(), run.path().toString(), "metrics.jsonl");
  }

  private List<String> namesOfCheckpoints() throws IOException {
    return Arrays.stream(hdfs.getFileSystem().listStatus(new Path(run.path(), "checkpoints")))
        .map(status -> status.getPath().getName())
        .toList();
  }

  private void assertThatTheNewestWholeIs(int epoch) {
    assertThat(checkpoints.newestWhole().orElseThrow().progress())
        .isEqualTo(Progress.afterEpoch(epoch));
  }

  private void assertThatOneRetryWasEnough() {
    assertThat(waits).containsExactly(Duration.ofSeconds(1));
    waits.clear();
  }

  /** Nothing of what failed is there, and everything of before. */
  private void assertThatNothingChanged() throws IOException {
    assertThat(namesOfCheckpoints()).containsExactly("epoch-0001");
    assertThatTheNewestWholeIs(1);
    assertThat(file().content()).isEmpty();
  }

  @Test
  void goesOnOnceTheDataNodesAreBack() throws Exception {
    DataNodeProperties one = hdfs.stopDataNode(0);
    DataNodeProperties other = hdfs.stopDataNode(0);
    retry(() -> restart(one, other)).call("work", this::writeNext);
    assertThatOneRetryWasEnough();
    assertThatTheNewestWholeIs(2);
    assertThat(namesOfCheckpoints()).containsExactly("epoch-0001", "epoch-0002");
  }

  @Test
  void theLeaseAndFilesGoOnOnceTheDataNodesAreBack() throws Exception {
    DataNodeProperties one = hdfs.stopDataNode(0);
    DataNodeProperties other = hdfs.stopDataNode(0);
    retry(() -> restart(one, other))
        .run(
            "work",
            () -> {
              lease.requireHeld();
              file().replace("content".getBytes(UTF_8));
            });
    assertThatOneRetryWasEnough();
    assertThat(file().content()).hasValue("content".getBytes(UTF_8));
  }

  private static void restart(DataNodeProperties... dataNodes) throws Exception {
    for (DataNodeProperties dataNode : dataNodes) {
      assertThat(hdfs.restartDataNode(dataNode, true)).isTrue();
    }
    hdfs.waitActive();
    hdfs.waitFirstBRCompleted(0, BLOCK_REPORT_MILLIS);
  }

  @Test
  void oneDataNodeOfTwoIsEnough() throws Exception {
    DataNodeProperties one = hdfs.stopDataNode(0);
    writeNext();
    lease.requireHeld();
    file().replace("content".getBytes(UTF_8));
    assertThatTheNewestWholeIs(2);
    restart(one);
  }

  @Test
  void goesOnOnceTheNameNodeLeavesSafeMode() throws IOException {
    List<Runnable> works =
        List.of(
            this::writeNext,
            () -> file().replace("content".getBytes(UTF_8)),
            lease::requireHeld,
            () -> checkpoints.removeObsolete(new CheckpointConfig(0, 1, 0), checkpoint(2)));
    StorageRetry retry = retry(() -> safeMode(SafeModeAction.SAFEMODE_LEAVE));
    for (Runnable work : works) {
      safeMode(SafeModeAction.SAFEMODE_ENTER);
      retry.run("work", work);
      assertThatOneRetryWasEnough();
    }
    assertThat(namesOfCheckpoints()).containsExactly("epoch-0002");
    assertThatTheNewestWholeIs(2);
    assertThat(file().content()).hasValue("content".getBytes(UTF_8));
  }

  @Test
  void whatSafeModeLeftHalfPublishedGoesWithWhatIsObsolete() throws IOException {
    CheckpointStore halfway = store(StorageFailuresIT::enterSafeMode);
    assertThatThrownBy(() -> halfway.write(checkpoint(2), LAYOUT))
        .isInstanceOf(StorageException.class)
        .hasMessageStartingWith(
            "Cannot write checkpoint "
                + run.path()
                + "/checkpoints/epoch-0002: Cannot rename "
                + run.path().toUri().getPath()
                + "/checkpoints/.epoch-0002.")
        .hasMessageEndingWith(". Name node is in safe mode.");
    safeMode(SafeModeAction.SAFEMODE_LEAVE);
    writeNext();
    assertThat(namesOfCheckpoints()).hasSize(3).anyMatch(name -> name.startsWith(".epoch-0002."));
    checkpoints.removeObsolete(KEEP_ALL, checkpoint(2));
    assertThat(namesOfCheckpoints()).containsExactly("epoch-0001", "epoch-0002");
    assertThatTheNewestWholeIs(2);
  }

  private static void enterSafeMode() {
    try {
      safeMode(SafeModeAction.SAFEMODE_ENTER);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void safeModeThatLastsEndsTheRun() throws IOException {
    safeMode(SafeModeAction.SAFEMODE_ENTER);
    StorageException failure =
        catchThrowableOfType(
            StorageException.class, () -> retry(() -> {}).call("work", this::writeNext));
    assertThat(waits)
        .extracting(Duration::toSeconds)
        .containsExactly(1L, 2L, 4L, 8L, 16L, 30L, 30L, 29L);
    assertThat(failure)
        .hasMessageStartingWith(
            "Cannot write checkpoint " + run.path() + "/checkpoints/epoch-0002: ")
        .hasMessageContaining("Name node is in safe mode");
    assertThat(Explanation.of(failure, "train").outcome()).isEqualTo(Outcome.STORAGE);
    assertThatNothingChanged();
  }

  @Test
  void aQuotaOfSpaceEndsTheRunAtOnce() throws IOException {
    hdfs.getFileSystem().setQuota(run.path(), HdfsConstants.QUOTA_DONT_SET, 1 << 20);
    String why =
        "The DiskSpace quota of %s is exceeded: quota = 1048576 B = 1 MB but diskspace consumed = "
            .formatted(run.path().toUri().getPath());
    assertThatItEndsAtOnce(why);
  }

  @Test
  void aQuotaOfNamesEndsTheRunAtOnce() throws IOException {
    hdfs.getFileSystem().setQuota(run.path(), 3, HdfsConstants.QUOTA_DONT_SET);
    String why =
        "The NameSpace quota (directories and files) of directory %s is exceeded: quota=3 file count="
            .formatted(run.path().toUri().getPath());
    assertThatItEndsAtOnce(why);
  }

  @Test
  void aMissingPermissionEndsTheRunAtOnce() {
    UserGroupInformation other =
        UserGroupInformation.createUserForTesting("somebody", new String[] {"others"});
    PrivilegedAction<Void> attempt =
        () -> {
          checkpoints = store(() -> {});
          assertThatItEndsAtOnce(
              "Permission denied: user=somebody, access=WRITE, inode=\""
                  + run.path().toUri().getPath());
          return null;
        };
    other.doAs(attempt);
  }

  private void assertThatItEndsAtOnce(String why) {
    StorageRetry retry = retry(() -> {});
    RuntimeException checkpoint =
        catchThrowableOfType(StorageException.class, () -> retry.call("work", this::writeNext));
    assertThatItIsSaid(checkpoint, "checkpoint " + run.path() + "/checkpoints/epoch-0002", why);
    RuntimeException metrics =
        catchThrowableOfType(
            UncheckedIOException.class,
            () -> retry.run("work", () -> file().replace("content".getBytes(UTF_8))));
    assertThatItIsSaid(metrics, run.path() + "/metrics.jsonl", why);
    assertThat(waits).isEmpty();
    try {
      assertThatNothingChanged();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void assertThatItIsSaid(RuntimeException failure, String what, String why) {
    assertThat(failure).hasMessageStartingWith("Cannot write " + what + ": " + why);
    assertThat(failure.getMessage().lines()).hasSize(1);
    assertThat(Explanation.of(failure, "train"))
        .isEqualTo(new Explanation(Outcome.STORAGE, failure.getMessage()));
    assertThat(Explanation.of(failure, "train").outcome().exitCode()).isEqualTo(5);
  }
}
