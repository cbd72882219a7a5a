package dev.sparkresnet.job;

import static java.util.concurrent.TimeUnit.MINUTES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import dev.sparkresnet.datasets.synthetic.SyntheticCifar;
import dev.sparkresnet.job.JobProcess.Outcome;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.permission.FsPermission;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Users of a secured HDFS, each of whom is a process of its own. */
@Timeout(value = 6, unit = MINUTES, threadMode = SEPARATE_THREAD)
class KerberosIT {
  @TempDir private Path directory;

  private SecuredHdfs secured;
  private Path keytab;

  private void start(Duration ticket, Duration tokenRenewal) throws Exception {
    secured = SecuredHdfs.start(directory, ticket, tokenRenewal);
    keytab = secured.keytab("alice");
    FileSystem files = secured.cluster().getFileSystem();
    SyntheticCifar.generate(files.getConf(), secured.uri() + "/images", 320, 32, 3);
    org.apache.hadoop.fs.Path runs = new org.apache.hadoop.fs.Path("/runs");
    files.mkdirs(runs);
    files.setPermission(runs, new FsPermission("777"));
  }

  @AfterEach
  void stop() throws Exception {
    secured.close();
  }

  private List<String> training(String... settings) {
    return JobProcess.onSmallExecutors(
        "train",
        Stream.concat(
            Stream.of(
                "run-directory=" + secured.uri() + "/runs/first",
                "dataset.path=" + secured.uri() + "/images",
                "model.width=4",
                "optimizer.batch-size=8",
                "batch-norm.recalibration-minibatches=1"),
            Stream.of(settings)));
  }

  private List<String> loggedIn(List<String> command) {
    List<String> words = new ArrayList<>(command);
    words.addAll(List.of("--principal", "alice", "--keytab", keytab.toString()));
    return words;
  }

  private Outcome run(List<String> words) throws IOException, InterruptedException {
    return JobProcess.startHere(
            words,
            Map.of(
                "HADOOP_CONF_DIR",
                secured.clientConfiguration().toString(),
                "JAVA_TOOL_OPTIONS",
                secured.krb5Flag(),
                "KRB5CCNAME",
                directory.resolve("no-ticket").toString()))
        .finish();
  }

  private static String all(Outcome outcome) {
    return String.join("\n", outcome.lines());
  }

  @Tag("long")
  @Test
  void trainsFromAKeytabAndSaysWhatIsMissingWithout() throws Exception {
    start(Duration.ofHours(10), Duration.ofHours(24));
    Outcome refused =
        run(List.of("export", "--run-directory", secured.uri() + "/runs/first", "--output", "x"));
    assertThat(refused.exitCode()).as(all(refused)).isEqualTo(2);
    assertThat(refused.lines())
        .last()
        .asString()
        .startsWith("Cannot read checkpoints " + secured.uri() + "/runs/first/checkpoints: ")
        .endsWith("; run kinit, or give --principal and --keytab");
    assertThat(refused.lines()).noneMatch(line -> line.startsWith("\tat "));

    List<String> training = loggedIn(training("optimizer.epochs=1"));
    training.add(JobProcess.SKIP_PREFLIGHT);
    Outcome trained = run(training);
    assertThat(trained.exitCode()).as(all(trained)).isZero();
    assertThat(trained.lines())
        .anyMatch(line -> line.endsWith("logged in as alice from " + keytab));
    assertThat(
            secured
                .cluster()
                .getFileSystem()
                .getFileStatus(new org.apache.hadoop.fs.Path("/runs/first/result.json"))
                .getOwner())
        .isEqualTo("alice");
  }

  @Tag("long")
  @Test
  void saysWhetherToMendTheKeytabOrToWaitForTheKdc() throws Exception {
    start(Duration.ofHours(10), Duration.ofHours(24));
    List<String> export =
        loggedIn(
            List.of("export", "--run-directory", secured.uri() + "/runs/none", "--output", "x"));
    Outcome nothingThere = run(export);
    assertThat(nothingThere.exitCode()).as(all(nothingThere)).isEqualTo(2);
    assertThat(nothingThere.lines())
        .last()
        .asString()
        .endsWith("/runs/none/checkpoints: there is no checkpoint");

    Path unknown = secured.keytab("bob");
    Outcome refused = run(withKeytab(export, unknown));
    assertThat(refused.exitCode()).as(all(refused)).isEqualTo(2);
    assertThat(refused.lines())
        .last()
        .asString()
        .startsWith("Cannot log in as alice from " + unknown + ": ")
        .doesNotContain("kinit");

    secured.stopKdc();
    Outcome unanswered = run(export);
    assertThat(unanswered.exitCode()).as(all(unanswered)).isEqualTo(5);
    assertThat(unanswered.lines())
        .last()
        .asString()
        .startsWith("Cannot log in as alice from " + keytab + ": ")
        .endsWith(" (does the KDC answer?)");
  }

  private List<String> withKeytab(List<String> words, Path other) {
    return words.stream()
        .map(word -> word.equals(keytab.toString()) ? other.toString() : word)
        .toList();
  }

  /** Three minutes, tickets of a minute, tokens that are to be renewed after another. */
  @Tag("long")
  @Test
  void outlivesItsTicketsAndItsTokens() throws Exception {
    start(Duration.ofMinutes(1), Duration.ofMinutes(1));
    Outcome trained =
        run(
            loggedIn(
                training("optimizer.epochs=1000", "stop-after=3 minutes", "log-every-steps=1000")));
    assertThat(trained.exitCode()).as(all(trained)).isEqualTo(75);
    assertThat(trained.lines())
        .last()
        .asString()
        .startsWith("Stopped by training.stop-after = 180 s");
    assertThat(trained.lines())
        .filteredOn(line -> line.contains("Updating delegation tokens"))
        .hasSizeGreaterThan(2);
  }
}
