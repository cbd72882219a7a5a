package dev.sparkresnet.job.launch;

import static dev.sparkresnet.job.launch.LaunchRun.ROOT;
import static dev.sparkresnet.job.launch.LaunchRun.refused;
import static dev.sparkresnet.job.launch.LaunchRun.train;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is brought to a driver on the cluster, where files are found by their names only. */
class ShippedFilesTest {
  @TempDir Path directory;

  @BeforeEach
  void writeParts() throws IOException {
    Files.createDirectory(directory.resolve("parts"));
    for (String name : new String[] {"small.conf", "parts/small.conf"}) {
      Files.writeString(directory.resolve(name), "training.optimizer.batch-size = 16\n");
    }
  }

  private LaunchRun trainOnTheCluster(String text, String... more) throws IOException {
    Path file = Files.writeString(directory.resolve("run.conf"), text);
    String[] words = new String[more.length + 4];
    System.arraycopy(
        new String[] {"--deploy-mode", "cluster", "--conf", file.toString()}, 0, words, 0, 4);
    System.arraycopy(more, 0, words, 4, more.length);
    return train(words);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "include \"small.conf\"",
        "\tinclude\t\"small.conf\"",
        "include \"./small.conf\"",
        "training { seed = 1 }, include required(file(\"small.conf\"))",
        "# one\n  include required(\"small.conf\"), training.seed = 2\ninclude \"missing.conf\"",
      })
  void shipsWhatTheParserIncludes(String text) throws IOException {
    LaunchRun run = trainOnTheCluster(text);
    assertThat(run.settings("spark.files"))
        .as(run.err())
        .containsExactly(
            "%s/conf/log4j2.properties,%2$s/run.conf,%2$s/small.conf".formatted(ROOT, directory));
    assertThat(run.words()).endsWith("--conf", "run.conf");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"# include \"small.conf\"", "training.seed = 3 // include \"small.conf\""})
  void shipsNothingThatOnlyLooksIncluded(String text) throws IOException {
    assertThat(trainOnTheCluster(text).settings("spark.files"))
        .containsExactly("%s/conf/log4j2.properties,%s/run.conf".formatted(ROOT, directory));
  }

  @Test
  void shipsWhatIsIncludedByWhatIsIncluded() throws IOException {
    Files.writeString(directory.resolve("middle.conf"), "include \"small.conf\"\n");
    assertThat(trainOnTheCluster("include \"middle.conf\"").settings("spark.files"))
        .singleElement()
        .asString()
        .endsWith("%1$s/run.conf,%1$s/middle.conf,%1$s/small.conf".formatted(directory));
  }

  @Test
  void refusesWhatWouldNotBeFoundThere() throws IOException {
    String absolute = directory.resolve("small.conf").toString();
    for (String name : new String[] {"parts/small.conf", absolute}) {
      assertThat(trainOnTheCluster("include \"%s\"".formatted(name)))
          .isEqualTo(
              refused(
                  "Cannot run submit/job.sh: --conf %s/run.conf: it includes \"%s\", and a driver on"
                          .formatted(directory, name)
                      + " the cluster finds files by their names only; put that file beside it and"
                      + " include it by its name"));
    }
  }

  @Test
  void refusesTwoFilesOfOneName() throws IOException {
    assertThat(trainOnTheCluster("", "--spark-conf", "spark.files=hdfs:///other/run.conf"))
        .isEqualTo(
            refused(
                "Cannot run submit/job.sh: hdfs:///other/run.conf and %s/run.conf cannot both be"
                        .formatted(directory)
                    + " shipped: where they are needed, files are found by their names only, and"
                    + " these have one name"));
    assertThat(trainOnTheCluster("", "--spark-conf", "spark.files=/a/other#run.conf").exitCode())
        .as("by the name that it gets there")
        .isEqualTo(2);
    assertThat(trainOnTheCluster("", "--spark-conf", "spark.files=/a/run.conf#other").exitCode())
        .isZero();
  }
}
