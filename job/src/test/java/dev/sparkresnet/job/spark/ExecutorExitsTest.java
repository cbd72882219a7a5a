package dev.sparkresnet.job.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sparkresnet.job.failure.UserErrorException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.deploy.client.StandaloneAppClientListener;
import org.apache.spark.scheduler.ExecutorDecommissionInfo;
import org.apache.spark.scheduler.SparkListenerExecutorAdded;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import scala.Option;

class ExecutorExitsTest {
  @TempDir private Path logs;

  private final List<String> heard = new ArrayList<>();

  /** Spark's own end of the conversation. */
  private final class Backend implements StandaloneAppClientListener {
    @Override
    public void connected(String application) {
      heard.add("connected");
    }

    @Override
    public void disconnected() {
      heard.add("disconnected");
    }

    @Override
    public void dead(String reason) {
      heard.add("dead");
    }

    @Override
    public void executorAdded(String name, String worker, String host, int cores, int memory) {
      heard.add("added");
    }

    @Override
    public void executorRemoved(
        String name, String how, Option<Object> exitStatus, Option<String> worker) {
      heard.add("removed " + name);
    }

    @Override
    public void executorDecommissioned(String name, ExecutorDecommissionInfo info) {
      heard.add("decommissioned");
    }

    @Override
    public void workerRemoved(String worker, String host, String message) {
      heard.add("worker removed");
    }
  }

  private ExecutorExits exits() {
    return new ExecutorExits(Optional.of(logs), new Backend());
  }

  private static void end(ExecutorExits exits, int executor) {
    exits.executorRemoved(
        "app-1/" + executor,
        "Command exited with code 1",
        Option.apply(1),
        Option.apply("worker-7.example.org"));
  }

  @Test
  void executorsThatEndAtOnceAreNotWaitedFor() throws IOException {
    ExecutorExits exits = exits();
    for (int executor = 0; executor < 9; executor++) {
      end(exits, executor);
    }
    assertThatCode(exits::requireFew).doesNotThrowAnyException();
    Files.createDirectories(logs.resolve("9"));
    Files.writeString(logs.resolve("9/stderr"), "Starting\njava: this is a script\n\n");
    end(exits, 9);
    assertThatThrownBy(exits::requireFew)
        .isInstanceOf(UserErrorException.class)
        .hasMessage(
            "Cannot train: executors end as soon as they start, 10 until now; executor 9 on"
                + " worker-7.example.org: Command exited with code 1, its last words: java: this is a"
                + " script; is Java 17 there, and the same Spark?");
  }

  @Test
  void executorsThatCameToTheDriverAreLossesOfAnotherKind() {
    ExecutorExits exits = exits();
    for (int executor = 0; executor < 20; executor++) {
      exits.onExecutorAdded(new SparkListenerExecutorAdded(0, String.valueOf(executor), null));
      end(exits, executor);
    }
    assertThatCode(exits::requireFew).doesNotThrowAnyException();
  }

  @Test
  void sparkHearsAllThatIsSaid() {
    ExecutorExits exits = exits();
    exits.connected("app-1");
    exits.executorAdded("app-1/0", "worker", "host:1", 1, 1024);
    exits.executorDecommissioned("app-1/0", null);
    end(exits, 0);
    exits.workerRemoved("worker", "host", "gone");
    exits.disconnected();
    assertThat(exits.end()).isEmpty();
    exits.dead("Master removed our application: KILLED");
    assertThat(exits.end()).isEqualTo("Master removed our application: KILLED");
    assertThat(heard)
        .containsExactly(
            "connected",
            "added",
            "decommissioned",
            "removed app-1/0",
            "worker removed",
            "disconnected",
            "dead");
  }
}
