package dev.sparkresnet.job.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sparkresnet.job.failure.UserErrorException;
import dev.sparkresnet.job.storage.RetryPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunDirectoryTest {
  private static final SparkConf CLIENT = new SparkConf(false);
  private static final SparkConf CLUSTER =
      new SparkConf(false).set("spark.submit.deployMode", "cluster");

  @TempDir private Path directory;

  /** Nothing has shown yet that there is a host of that name. */
  @Test
  void anUnknownHostIsForItsUserToMendAtAFirstUse() {
    assertThatThrownBy(
            () -> RunDirectory.prepare("hdfs://nn.invalid:8020/runs/x", new Configuration()))
        .isInstanceOf(UserErrorException.class)
        .hasMessageStartingWith(
            "Cannot write to run directory hdfs://nn.invalid:8020/runs/x: unknown host: ")
        .hasMessageContaining("nn.invalid")
        .matches(failure -> !RetryPolicy.isPossible(failure));
  }

  /** Before Spark starts, whose executors have much to say at its end. */
  @Test
  void aFileInItsPlaceIsNamed() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "x");
    assertThatThrownBy(() -> RunDirectory.prepareIfLocal(file.toString(), new Configuration()))
        .isInstanceOf(UserErrorException.class)
        .hasMessageStartingWith("Cannot write to run directory " + file + ": ")
        .matches(failure -> !RetryPolicy.isPossible(failure));
  }

  private static void require(String path, boolean shared, SparkConf spark) {
    RunDirectory.requireReachable(path, shared, spark, new Configuration(false));
  }

  @Test
  void onTheDiskOfOneHostIsRefusedInClusterModeUnlessDeclaredShared() {
    assertThatThrownBy(() -> require("file:/runs/first", false, CLUSTER))
        .isInstanceOf(UserErrorException.class)
        .hasMessage(
            "Cannot train in file:/runs/first: in cluster mode the driver may run on any host, and"
                + " this is a folder of one; set training.run-directory to a file system that all"
                + " hosts share, or training.storage.shared-folders = true if all of them have this"
                + " folder");
    assertThatThrownBy(() -> require("/runs/first", false, CLUSTER))
        .isInstanceOf(UserErrorException.class);
    assertThatCode(() -> require("file:/runs/first", true, CLUSTER)).doesNotThrowAnyException();
    assertThatCode(() -> require("hdfs:///runs/first", false, CLUSTER)).doesNotThrowAnyException();
    assertThatCode(() -> require("file:/runs/first", false, CLIENT)).doesNotThrowAnyException();
  }

  @Test
  void onlyAFolderOfThisHostIsPreparedBeforeSparkStarts() {
    assertThatCode(
            () -> {
              RunDirectory.prepareIfLocal("hdfs://nn.invalid:8020/runs/x", new Configuration());
              RunDirectory.prepareIfLocal("hdfs://:x:y", new Configuration());
              RunDirectory.prepareIfLocal(directory.resolve("run").toString(), new Configuration());
            })
        .doesNotThrowAnyException();
    assertThat(directory.resolve("run")).isEmptyDirectory();
  }
}
