package dev.sparkresnet.job.command;

import dev.sparkresnet.job.config.TrainingConfig;
import dev.sparkresnet.job.memory.MemoryPlan;
import dev.sparkresnet.job.memory.ResultLimit;
import dev.sparkresnet.job.preflight.Preflight;
import dev.sparkresnet.job.preflight.report.PreflightReport;
import dev.sparkresnet.job.spark.ClusterSession;
import java.io.PrintWriter;
import org.apache.hadoop.conf.Configuration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command {@code preflight}. */
@Command(
    name = "preflight",
    header = "Finds what would keep train from training, on the driver and every executor.",
    description = {
      "",
      "Prints a line for each check and how to mend what failed; exit code 2 if something did.",
      "Takes the options of train, which begins with the same checks."
    },
    footer = {
      "",
      "Example: submit/job.sh preflight --conf conf/cifar10-resnet50.conf \\",
      "    --set dataset.path=hdfs:///cifar10 --set run-directory=hdfs:///runs/first"
    })
final class PreflightCommand implements Runnable {
  @Mixin private ConfigurationOptions configuration;

  @Option(
      names = "--json",
      description = "Print JSON on standard output, and the table on standard error.")
  private boolean json;

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    TrainingConfig config = configuration.resolve().training();
    ResultLimit.set(MemoryPlan.of(config), System.getProperties());
    Configuration unused = HadoopSettings.configuration();
    PreflightReport report;
    try (ClusterSession session =
        ClusterSession.open("spark-resnet50-preflight", config.device(), config.executorWait())) {
      report = Preflight.run(session, config);
    }
    print(report);
    report.requireNoFailure();
  }

  private void print(PreflightReport report) {
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter table = json ? spec.commandLine().getErr() : out;
    report.table().forEach(table::println);
    table.flush();
    if (json) {
      out.print(report.toJson());
      out.flush();
    }
  }
}
