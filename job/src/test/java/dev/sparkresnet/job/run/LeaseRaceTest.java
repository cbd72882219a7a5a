package dev.sparkresnet.job.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On a local directory, where Hadoop has no step that only one process can win. */
class LeaseRaceTest {
  private static final int ROUNDS = 50;
  private static final int ROUNDS_OF_PROCESSES = 20;
  private static final Configuration HADOOP = new Configuration();

  @TempDir Path parent;

  private RunDirectory fresh(int round) {
    String path = parent.toUri() + "/run-" + round;
    return new RunDirectory(new org.apache.hadoop.fs.Path(path), HADOOP);
  }

  @Test
  void oneOfManyGetsANewRun() throws Exception {
    try (LeaseRace race = new LeaseRace()) {
      for (int round = 0; round < ROUNDS; round++) {
        assertThatOneHolds(race.run(fresh(round)));
      }
    }
  }

  @Test
  void oneOfManyGetsTheRunOfADeadDriver() throws Exception {
    Process dead = new ProcessBuilder("true").start();
    dead.waitFor();
    try (LeaseRace race = new LeaseRace()) {
      for (int round = 0; round < ROUNDS; round++) {
        RunDirectory run = fresh(round);
        leave(round, dead.pid());
        assertThatOneHolds(race.run(run));
      }
    }
  }

  private void leave(int round, long process) throws IOException {
    LeaseRecord self = LeaseRecord.ofThisProcess("app-dead");
    LeaseRecord dead =
        new LeaseRecord(
            self.id(),
            self.host(),
            process,
            self.processStarted(),
            self.processes(),
            self.application(),
            self.since(),
            0,
            self.renewed(),
            null);
    Path drivers = Files.createDirectories(parent.resolve("run-" + round + "/drivers"));
    Files.write(drivers.resolve("driver-0001.json"), dead.toJson());
  }

  private static void assertThatOneHolds(List<RunLease> taken) {
    assertThat(taken).hasSize(1);
    taken.get(0).requireHeld();
    taken.get(0).close();
  }

  @Test
  void oneOfTwoProcessesGetsTheRun() throws Exception {
    LeaseHolder one = LeaseHolder.start();
    LeaseHolder other = LeaseHolder.start();
    try {
      for (int round = 0; round < ROUNDS_OF_PROCESSES; round++) {
        String run = fresh(round).path().toString();
        one.take(run);
        other.take(run);
        assertThat(List.of(one.holds(), other.holds())).containsExactlyInAnyOrder(true, false);
      }
    } finally {
      one.kill();
      other.kill();
    }
  }
}
