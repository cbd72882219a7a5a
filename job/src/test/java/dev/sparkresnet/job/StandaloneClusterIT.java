package dev.sparkresnet.job;

import static java.util.concurrent.TimeUnit.MINUTES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import dev.sparkresnet.datasets.synthetic.SyntheticCifar;
import dev.sparkresnet.job.JobProcess.Outcome;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code submit/standalone.sh} on Spark's own master with two workers, each a process. */
@Timeout(value = 5, unit = MINUTES, threadMode = SEPARATE_THREAD)
class StandaloneClusterIT {
  private static final Pattern MASTER = Pattern.compile("Starting Spark master at (spark://\\S+)");
  private static final Map<String, String> LOOPBACK = Map.of("SPARK_LOCAL_HOSTNAME", "127.0.0.1");

  @TempDir private Path directory;

  /** A part of the cluster, whose log is read to its end so that it never waits for a reader. */
  private record Daemon(JobProcess process, List<String> lines, Thread reader)
      implements Closeable {

    static Daemon start(String sign, String... arguments) throws IOException {
      List<String> command = new ArrayList<>(List.of("java"));
      Files.readAllLines(Path.of("..", "conf", "java.options")).stream()
          .filter(line -> line.startsWith("-"))
          .forEach(command::add);
      command.addAll(List.of("-cp", Path.of("target/runtime/jars").toAbsolutePath() + "/*"));
      command.addAll(List.of(arguments));
      command.addAll(List.of("--host", "127.0.0.1", "--webui-port", "0"));
      ProcessBuilder builder = new ProcessBuilder(command);
      builder.environment().putAll(LOOPBACK);
      builder.environment().put("SPARK_HOME", Path.of("target/runtime").toRealPath().toString());
      JobProcess process = JobProcess.start(builder);
      List<String> lines = process.awaitLine(sign);
      Thread reader = new Thread(() -> finish(process));
      reader.start();
      return new Daemon(process, lines, reader);
    }

    private static void finish(JobProcess process) {
      try {
        process.finish();
      } catch (IOException | InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public void close() {
      process.kill();
    }
  }

  private Daemon worker(String name, String master) throws IOException {
    return Daemon.start(
        "Successfully registered with master",
        "org.apache.spark.deploy.worker.Worker",
        master,
        "--cores",
        "1",
        "--memory",
        "2g",
        "--work-dir",
        directory.resolve(name).toString());
  }

  @Test
  void twoWorkersTrainTogether() throws Exception {
    Path images = directory.resolve("images");
    SyntheticCifar.generate(new Configuration(), images.toString(), 128, 32, 3);
    try (Daemon master =
            Daemon.start(
                "Starting Spark master at",
                "org.apache.spark.deploy.master.Master",
                "--port",
                "0");
        Daemon first = worker("first", urlOf(master));
        Daemon second = worker("second", urlOf(master))) {
      Outcome outcome = train(urlOf(master), images);
      assertThat(outcome.exitCode()).as(() -> String.join("\n", outcome.lines())).isZero();
      assertThat(outcome.lines())
          .anyMatch(line -> line.contains("2 executors for 2 replicas"))
          .anyMatch(line -> line.matches(".* preflight: \\d+ checks, 1 with a warning, in .*"))
          .anyMatch(line -> line.contains("exchange: whoever reads Spark's connections learns"))
          .anyMatch(line -> line.contains("epoch 1/1: train loss"));
      assertThat(List.of(first, second)).allMatch(worker -> worker.reader().isAlive());
    }
    assertThat(executorsIn("first")).isEqualTo(1);
    assertThat(executorsIn("second")).isEqualTo(1);
  }

  private static String urlOf(Daemon master) {
    Matcher url = MASTER.matcher(master.lines().get(master.lines().size() - 1));
    assertThat(url.find()).isTrue();
    return url.group(1);
  }

  private Outcome train(String master, Path images) throws Exception {
    List<String> arguments = new ArrayList<>(List.of(master));
    arguments.addAll(
        JobProcess.onSmallExecutors(
            "train",
            Stream.of(
                "run-directory=" + directory.resolve("run"),
                "dataset.path=" + images,
                "optimizer.batch-size=16",
                "optimizer.epochs=1",
                "batch-norm.recalibration-minibatches=1")));
    arguments.addAll(List.of("--executor-cores", "1"));
    return JobProcess.startWithSpark("submit/standalone.sh", arguments, LOOPBACK).finish();
  }

  /** A worker makes a directory for each executor within that of the application. */
  private long executorsIn(String worker) throws IOException {
    try (Stream<Path> files = Files.walk(directory.resolve(worker), 2)) {
      return files.filter(path -> path.getFileName().toString().matches("\\d+")).count();
    }
  }
}
