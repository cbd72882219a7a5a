package dev.sparkresnet.job.spark;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sparkresnet.job.failure.Outcome;
import dev.sparkresnet.job.failure.RunException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.stream.Stream;
import org.apache.hadoop.yarn.exceptions.YarnException;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ApplicationStartTest {
  private final SparkConf conf = new SparkConf(false).set("spark.master", "yarn");

  static Stream<Arguments> failures() {
    return Stream.of(
        Arguments.of(
            new FileNotFoundException("File file:/logs does not exist"),
            Outcome.MENDABLE,
            "Cannot start Spark on yarn: File file:/logs does not exist; make the folder for Spark's"
                + " event log, or set spark.eventLog.dir or spark.eventLog.enabled=false"),
        Arguments.of(
            new YarnException("Failed to submit application_1 to YARN: unknown queue: nosuch"),
            Outcome.MENDABLE,
            "Cannot start Spark on yarn: Failed to submit application_1 to YARN: unknown queue:"
                + " nosuch"),
        Arguments.of(
            new IllegalArgumentException(
                "Required executor memory (9000 MB) is above the max threshold (8192 MB)"),
            Outcome.MENDABLE,
            "Cannot start Spark on yarn: Required executor memory (9000 MB) is above the max"
                + " threshold (8192 MB)"),
        Arguments.of(
            new RuntimeException(new BindException("Cannot assign requested address")),
            Outcome.MENDABLE,
            "Cannot start Spark on yarn: Cannot assign requested address; set"
                + " spark.driver.bindAddress and spark.driver.host to an address of this host, and"
                + " spark.driver.port to a port that is free"),
        Arguments.of(
            new SparkException("The YARN application has already ended!", null),
            Outcome.CLUSTER,
            "Cannot start Spark on yarn: The YARN application has already ended!"),
        Arguments.of(
            new IOException("Connection reset"),
            Outcome.CLUSTER,
            "Cannot start Spark on yarn: Connection reset"));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void isForItsUserToMendOrAMatterOfTheCluster(Exception failure, Outcome outcome, String line) {
    conf.set("spark.eventLog.enabled", "true");
    RunException told = new ApplicationStart(conf).explained(failure);
    assertThat(told.outcome()).isEqualTo(outcome);
    assertThat(told).hasMessage(line).hasCause(failure);
  }

  /** Spark then fails with whatever it comes upon. */
  @Test
  void aMasterThatDoesNotAnswerIsAMatterOfTheCluster() throws IOException {
    int closed;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      closed = socket.getLocalPort();
    }
    conf.set("spark.master", "spark://localhost:" + closed);
    RunException told =
        new ApplicationStart(conf)
            .explained(new IllegalArgumentException("requirement failed: Can only call x"));
    assertThat(told.outcome()).isEqualTo(Outcome.CLUSTER);
    assertThat(told)
        .hasMessage(
            "Cannot start Spark on spark://localhost:"
                + closed
                + ": no master answers there; requirement failed: Can only call x");
  }
}
