package dev.sparkresnet.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sparkresnet.datasets.synthetic.SyntheticCifar;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What {@code train} says, and how it exits, when it is given something that cannot work and that
 * the driver finds by itself.
 */
class BadInputIT {
  private static final int MENDABLE = 2;
  private static final int STORAGE = 5;

  /** Without executors, whose want is found after everything else. */
  private static final String MASTER = "local[2]";

  @TempDir private static Path directory;

  private static String images;

  @BeforeAll
  static void generateImages() {
    images = directory.resolve("images").toString();
    SyntheticCifar.generate(new Configuration(), images, 128, 20, 5);
  }

  @Test
  void aRunDirectoryThatCannotBeWritten() throws Exception {
    JobInThisProcess outcome = train("run-directory=/proc/run");
    assertThat(outcome.message()).startsWith("Cannot write to run directory /proc/run: ");
    assertThat(outcome.exitCode()).isEqualTo(MENDABLE);
  }

  @Test
  void anHdfsThatCannotBeReached() throws Exception {
    JobInThisProcess outcome =
        train("run-directory=hdfs://127.0.0.1:1/run", "storage.retry-for=1 s");
    assertThat(outcome.message())
        .startsWith("Cannot write to run directory hdfs://127.0.0.1:1/run: ")
        .contains("Connection refused");
    assertThat(outcome.exitCode()).isEqualTo(STORAGE);
  }

  @Test
  void aDatasetThatIsNotThere() throws Exception {
    String missing = directory.resolve("missing").toString();
    JobInThisProcess outcome = train("dataset.path=" + missing);
    assertThat(outcome.message()).startsWith("Cannot read dataset " + missing + ": ");
    assertThat(outcome.exitCode()).isEqualTo(MENDABLE);
    assertThatNothingIsLeft("run");
  }

  @Test
  void aMasterWithoutExecutors() throws Exception {
    JobInThisProcess outcome = train();
    assertThat(outcome.message())
        .isEqualTo(
            "Cannot train on master local[2]: replicas need executors in processes of their own;"
                + " use for example local-cluster[2,1,3072]");
    assertThat(outcome.exitCode()).isEqualTo(MENDABLE);
  }

  private static void assertThatNothingIsLeft(String run) throws IOException {
    Path checkpoints = directory.resolve(run).resolve("checkpoints");
    try (Stream<Path> left = Files.list(checkpoints)) {
      assertThat(left).isEmpty();
    }
  }

  private static JobInThisProcess train(String... settings) throws Exception {
    Stream<String> defaults =
        Stream.of("run-directory=" + directory.resolve("run"), "dataset.path=" + images);
    return JobInThisProcess.train(MASTER, Map.of(), Stream.concat(defaults, Stream.of(settings)));
  }
}
