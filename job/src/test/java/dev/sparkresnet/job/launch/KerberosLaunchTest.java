package dev.sparkresnet.job.launch;

import static dev.sparkresnet.job.launch.LaunchRun.refused;
import static dev.sparkresnet.job.launch.LaunchRun.withSpark;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The options and settings of a secured cluster. */
class KerberosLaunchTest {
  private static final String FILE_SYSTEMS = "spark.kerberos.access.hadoopFileSystems";
  private static final List<String> ON_HDFS =
      List.of(
          "train",
          "--set",
          "dataset.path=hdfs://images/cifar10",
          "--set",
          "run-directory=hdfs://runs/first");

  @TempDir private Path directory;

  private Path keytab;

  @BeforeEach
  void makeKeytab() throws IOException {
    keytab = Files.writeString(directory.resolve("alice.keytab"), "keys");
  }

  private static String[] onHdfs(String... more) {
    List<String> words = new ArrayList<>(ON_HDFS);
    words.addAll(List.of(more));
    return words.toArray(String[]::new);
  }

  private LaunchRun here(String... words) {
    return LaunchRun.of(Map.of("XDG_STATE_HOME", directory.toString()), List.of(words));
  }

  @Test
  void areTakenAsBySparkSubmit() {
    LaunchRun run = withSpark(onHdfs("--principal", "alice@A", "--keytab=" + keytab));
    assertThat(run.settings("spark.kerberos.principal")).containsExactly("alice@A");
    assertThat(run.settings("spark.kerberos.keytab")).containsExactly(keytab.toString());
    assertThat(run.words()).doesNotContain("--principal");
  }

  @Test
  void workWithoutASparkAndWithoutExecutors() {
    assertThat(
            here(
                    "stage-dataset",
                    "--principal=alice@A",
                    "--keytab",
                    keytab.toString(),
                    "/images",
                    "hdfs:///images")
                .words())
        .contains("-Dspark.kerberos.principal=alice@A", "-Dspark.kerberos.keytab=" + keytab)
        .endsWith("stage-dataset", "/images", "hdfs:///images");
  }

  @Test
  void takeAKeytabFromWhereTheUserIs() {
    assertThat(
            withSpark(onHdfs("--principal=alice", "--keytab=local:///etc/alice.keytab"))
                .settings("spark.kerberos.keytab"))
        .containsExactly("local:///etc/alice.keytab");
    assertThat(withSpark(onHdfs("--principal=alice", "--keytab=none.keytab")))
        .isEqualTo(
            refused(
                "Cannot log in as alice: the keytab %s is not there"
                    .formatted(Path.of("none.keytab").toAbsolutePath())));
  }

  @Test
  void belongTogether() {
    assertThat(withSpark(onHdfs("--principal", "alice")))
        .isEqualTo(
            refused("Cannot log in as alice: --keytab does not name the file with its keys"));
  }

  @Test
  void executorsGetTokensForThePathsOfARun() {
    assertThat(withSpark(onHdfs()).settings(FILE_SYSTEMS))
        .containsExactly("hdfs://images,hdfs://runs");
    assertThat(here(onHdfs()).words()).contains("-D" + FILE_SYSTEMS + "=hdfs://images,hdfs://runs");
  }

  @Test
  void executorsGetTokensForWhatTheUserNames() throws IOException {
    String own = "--spark-conf=" + FILE_SYSTEMS + "=hdfs://all";
    assertThat(withSpark(onHdfs(own)).settings(FILE_SYSTEMS)).containsExactly("hdfs://all");
    assertThat(here(onHdfs(own)).words()).contains("-D" + FILE_SYSTEMS + "=hdfs://all");
    String file =
        Files.writeString(directory.resolve("spark.conf"), FILE_SYSTEMS + " hdfs://all\n")
            .toString();
    assertThat(withSpark(onHdfs("--properties-file", file)).settings(FILE_SYSTEMS))
        .containsExactly("hdfs://all");
    assertThat(here(onHdfs("--properties-file", file)).words())
        .noneMatch(word -> word.startsWith("-D" + FILE_SYSTEMS));
  }

  @Test
  void executorsGetTokensForWhatTheClusterNames() throws IOException {
    Files.writeString(directory.resolve("spark-defaults.conf"), FILE_SYSTEMS + " hdfs://all\n");
    assertThat(
            LaunchRun.of(
                    Map.of("SPARK_HOME", "/spark", "SPARK_CONF_DIR", directory.toString()), ON_HDFS)
                .settings(FILE_SYSTEMS))
        .isEmpty();
  }
}
