package dev.sparkresnet.job.command;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sparkresnet.job.benchmark.BenchmarkPlan;
import dev.sparkresnet.job.benchmark.BenchmarkReport;
import dev.sparkresnet.job.benchmark.BenchmarkRun;
import dev.sparkresnet.job.config.TrainingConfig;
import dev.sparkresnet.job.device.JvmDevice;
import dev.sparkresnet.job.failure.UserErrorException;
import dev.sparkresnet.job.storage.OutputFile;
import dev.sparkresnet.model.benchmark.Repetitions;
import dev.sparkresnet.model.network.Layers;
import dev.sparkresnet.model.processor.ThreadLimit;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command {@code benchmark}. */
@Command(
    name = "benchmark",
    header = "Times training steps, inference and gradient sharing on this machine, without Spark.",
    footer = {"", "Example: submit/job.sh benchmark --batch-size 64,128 --json benchmark.json"})
final class BenchmarkCommand implements Runnable {
  @Mixin private ConfigurationOptions configuration;

  @Option(
      names = "--batch-size",
      split = ",",
      paramLabel = "N",
      defaultValue = "64,128",
      description = "Images of a minibatch. Default: ${DEFAULT-VALUE}.")
  private List<Integer> batches;

  @Option(
      names = "--threads",
      split = ",",
      paramLabel = "N",
      description = "Up to OMP_NUM_THREADS or, by default, the cores of this machine.")
  private List<Integer> threads = List.of();

  @Option(
      names = "--layers",
      split = ",",
      paramLabel = "NAME",
      defaultValue = "fast,stock",
      description = "Default: ${DEFAULT-VALUE}.")
  private List<Layers> layers;

  @Option(
      names = "--steps",
      paramLabel = "N",
      defaultValue = "20",
      description = "Timed runs; a quarter of stock layers. Default: ${DEFAULT-VALUE}.")
  private int steps;

  @Option(
      names = "--warm-up",
      paramLabel = "N",
      defaultValue = "8",
      description = "Runs before them. Default: ${DEFAULT-VALUE}.")
  private int warmUp;

  @Option(
      names = "--scaling",
      split = ",",
      arity = "0..1",
      fallbackValue = "1,10,25",
      paramLabel = "GBIT",
      description =
          "Predict many replicas on hosts with so many Gbit/s. Without: ${FALLBACK-VALUE}.")
  private List<Integer> gigabits = List.of();

  @Option(
      names = "--exchange",
      split = ",",
      arity = "0..1",
      fallbackValue = "2,4,8",
      paramLabel = "N",
      description =
          "Time exchanges of N participants, 300 MB each. Without a value: ${FALLBACK-VALUE}.")
  private List<Integer> participants = List.of();

  @Option(
      names = "--json",
      paramLabel = "FILE",
      converter = StoragePath.class,
      description = "Write all figures here, on any Hadoop file system.")
  private Optional<String> json = Optional.empty();

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    TrainingConfig training = configuration.resolveWithoutPaths().training();
    JvmDevice.useWithoutSpark(training.device());
    BenchmarkPlan plan = plan(training);
    if (json.isEmpty()) {
      print(BenchmarkRun.of(plan));
      return;
    }
    try (OutputFile file =
        OutputFile.create(
            HadoopSettings.configuration(), json.get(), OutputFile.Existing.REPLACE)) {
      BenchmarkReport report = BenchmarkRun.of(plan);
      print(report);
      file.publish(out -> out.write(report.toJson().getBytes(UTF_8)));
    }
  }

  private void print(BenchmarkReport report) {
    spec.commandLine().getOut().println(report.toText());
  }

  private BenchmarkPlan plan(TrainingConfig training) {
    try {
      return new BenchmarkPlan(
          training.model().network(),
          training.optimizer().optimizer(training.replicas()),
          training.gradientSharing(),
          threads.isEmpty() ? List.of(ThreadLimit.highest()) : threads,
          batches,
          layers,
          gigabits,
          participants,
          new Repetitions(warmUp, steps));
    } catch (IllegalArgumentException e) {
      throw new UserErrorException(e.getMessage(), e);
    }
  }
}
