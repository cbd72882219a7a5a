package dev.sparkresnet.job.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sparkresnet.job.TestHdfs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.apache.hadoop.hdfs.protocol.HdfsConstants.SafeModeAction;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On a real HDFS. */
class RunLeaseIT {
  @TempDir private static java.nio.file.Path directory;

  private static MiniDFSCluster hdfs;

  @BeforeAll
  static void startHdfs() throws IOException {
    hdfs = TestHdfs.start(directory);
  }

  @AfterAll
  static void stopHdfs() {
    hdfs.shutdown();
  }

  private static RunDirectory fresh(String name) {
    return RunDirectory.prepare(hdfs.getURI() + "/runs/" + name, hdfs.getConfiguration(0));
  }

  @Test
  void oneOfManyGetsANewRun() throws Exception {
    race("race", 5);
  }

  @Tag("long")
  @Test
  void oneOfManyGetsEachOfManyNewRuns() throws Exception {
    race("long-race", 50);
  }

  private static void race(String name, int rounds) throws Exception {
    try (LeaseRace race = new LeaseRace()) {
      for (int round = 0; round < rounds; round++) {
        List<RunLease> taken = race.run(fresh(name + "-" + round));
        assertThat(taken).hasSize(1);
        taken.get(0).requireHeld();
        taken.get(0).close();
      }
    }
  }

  @Test
  void outlivesANameNodeThatTakesNoWrites() throws IOException {
    List<String> losses = new ArrayList<>();
    RunDirectory run = fresh("safe-mode");
    try (RunLease lease = RunLease.acquire(run, "app-1", () -> losses.add("app-1"))) {
      hdfs.getFileSystem().setSafeMode(SafeModeAction.SAFEMODE_ENTER);
      for (int beat = 0; beat < 10; beat++) {
        lease.renew();
      }
      assertThatThrownBy(lease::requireHeld)
          .isInstanceOf(UncheckedIOException.class)
          .hasMessageStartingWith("Cannot write " + run.path() + "/drivers/driver-0001.json: ")
          .hasMessageContaining("Name node is in safe mode");
      hdfs.getFileSystem().setSafeMode(SafeModeAction.SAFEMODE_LEAVE);
      lease.requireHeld();
      assertThat(losses).isEmpty();
    }
  }
}
