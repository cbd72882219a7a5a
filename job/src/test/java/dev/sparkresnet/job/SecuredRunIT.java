package dev.sparkresnet.job;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.file.attribute.PosixFilePermissions.asFileAttribute;
import static java.util.concurrent.TimeUnit.MINUTES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import dev.sparkresnet.datasets.synthetic.SyntheticCifar;
import dev.sparkresnet.job.JobProcess.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A run with the settings of {@code conf/secured.conf} and a secret of its own. */
@Timeout(value = 3, unit = MINUTES, threadMode = SEPARATE_THREAD)
class SecuredRunIT {
  private static final int IMAGES = 320;
  private static final String OWNER_ONLY = "rw-------";

  private final String secret = UUID.randomUUID().toString();

  @TempDir private Path directory;

  @Test
  void keepsItsSecretItsFilesAndItsPortsToItself() throws Exception {
    JobProcess job = JobProcess.start(training());
    job.awaitLine(", step ");
    Collection<ProcessHandle> executors = job.executors().values();
    assertThat(executors).hasSize(2);
    for (ProcessHandle executor : executors) {
      assertThat(read(executor, "environ")).contains("_SPARK_AUTH_SECRET=" + secret);
      assertThatNothingShows(executor);
    }
    assertThatNothingShows(job.driver());
    Outcome outcome = job.finish();
    assertThat(outcome.exitCode()).as(String.join("\n", outcome.lines())).isZero();
    assertThat(outcome.lines()).noneMatch(line -> line.contains(secret));
    assertThatRunDirectoryIsPrivate();
  }

  private List<String> training() throws IOException {
    Path images = directory.resolve("images");
    SyntheticCifar.generate(new Configuration(), images.toString(), IMAGES, 32, 3);
    List<String> arguments =
        JobProcess.training(
            Stream.of(
                "run-directory=" + directory.resolve("run"),
                "dataset.path=" + images,
                "model.width=4",
                "optimizer.batch-size=8",
                "optimizer.epochs=3",
                "batch-norm.recalibration-minibatches=1",
                "log-every-steps=1"));
    arguments.addAll(
        List.of(
            // Its page has a port as well.
            "--spark-conf",
            "spark.ui.enabled=true",
            "--properties-file",
            propertiesFile().toString()));
    return arguments;
  }

  private Path propertiesFile() throws IOException {
    Path file =
        Files.createFile(
            directory.resolve("secured.properties"),
            asFileAttribute(PosixFilePermissions.fromString(OWNER_ONLY)));
    String example = Files.readString(Path.of("..", "conf", "secured.conf"));
    return Files.writeString(file, example + "spark.authenticate.secret " + secret + "\n");
  }

  private void assertThatNothingShows(ProcessHandle process) throws IOException {
    assertThat(JobProcess.commandLine(process)).contains("java").doesNotContain(secret);
    assertThat(OpenPorts.of(process))
        .isNotEmpty()
        .allMatch(port -> port.isOfLoopback(), "is of a loopback address");
  }

  private static String read(ProcessHandle process, String file) throws IOException {
    return Files.readString(Path.of("/proc", String.valueOf(process.pid()), file), ISO_8859_1);
  }

  private void assertThatRunDirectoryIsPrivate() throws IOException {
    try (Stream<Path> walk = Files.walk(directory.resolve("run"))) {
      List<Path> paths = walk.toList();
      assertThat(paths).hasSizeGreaterThan(10);
      for (Path path : paths) {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
            .as(path.toString())
            .endsWith("------");
        if (Files.isRegularFile(path)) {
          assertThat(Files.readString(path, ISO_8859_1)).doesNotContain(secret);
        }
      }
    }
  }
}
