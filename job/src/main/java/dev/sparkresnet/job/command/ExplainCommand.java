package dev.sparkresnet.job.command;

import dev.sparkresnet.job.config.ResolvedConfiguration;
import dev.sparkresnet.job.explain.RunExplanation;
import dev.sparkresnet.job.explain.SparkSettings;
import dev.sparkresnet.job.memory.MemoryGrant;
import dev.sparkresnet.job.memory.MemoryPlan;
import dev.sparkresnet.job.memory.MemoryUnits;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command {@code explain}. */
@Command(
    name = "explain",
    header = "Shows what a configuration comes to, and the command that starts it.",
    description = {
      "",
      "Every setting with its origin, steps, learning rate, memory and bytes that follow from them,",
      "and the command to paste: the very one that the script would run for train. Starts nothing,",
      "and runs on this machine whatever the master. Exit code 2 if the memory given is not enough."
    },
    footer = {
      "",
      "--spark-settings prints a line spark.KEY=VALUE for each setting, driver-java-option=FLAG and",
      "executor-java-option=FLAG for each flag; flags joined by blanks are an extraJavaOptions.",
      "Example: submit/job.sh explain --conf conf/cifar10-resnet50.conf --master yarn \\",
      "    --set dataset.path=hdfs:///cifar10 --set run-directory=hdfs:///runs/first"
    })
final class ExplainCommand implements Runnable {
  /** The system property by which the script hands on the command that it would run. */
  static final String START_COMMAND = "sparkresnet.start-command";

  @Mixin private ConfigurationOptions configuration;

  @Option(
      names = "--spark-conf",
      paramLabel = "KEY=VALUE",
      description = "A setting of Spark that the run is to have. May be repeated.")
  private List<String> sparkSettings = new ArrayList<>();

  @ArgGroup private Format format = new Format();

  @Spec private CommandSpec spec;

  private static final class Format {
    @Option(names = "--json", description = "Print all of it as JSON, with sizes in bytes.")
    private boolean json;

    @Option(
        names = "--spark-settings",
        description = "Print only what a script has to hand to spark-submit.")
    private boolean settingsOnly;
  }

  @Override
  public void run() {
    ResolvedConfiguration resolved = configuration.resolve();
    SparkSettings spark = settings(resolved);
    PrintWriter out = spec.commandLine().getOut();
    if (format.settingsOnly) {
      RunExplanation.sparkSettings(resolved, spark).forEach(out::println);
      return;
    }
    RunExplanation explanation =
        RunExplanation.of(resolved, spark, Optional.ofNullable(System.getProperty(START_COMMAND)));
    out.print(format.json ? explanation.toJson() : explanation.toText());
    out.flush();
  }

  /** Those that {@code train} would use: executors of this machine, unless a cluster is named. */
  private SparkSettings settings(ResolvedConfiguration resolved) {
    SparkSettings made = SparkSettings.of(sparkSettings, System.getProperties());
    if (made.values().containsKey("spark.master")) {
      return made;
    }
    Properties all = new Properties();
    all.putAll(made.values());
    if (!all.containsKey("spark.executor.memory")) {
      MemoryPlan plan = MemoryPlan.of(resolved.training());
      long heap = MemoryGrant.ofExecutor(plan, made.values()).heapBytes();
      all.setProperty("spark.executor.memory", MemoryUnits.mebibytes(heap) + "m");
    }
    LocalCluster.useUnlessClusterNamed(
        all, resolved.training().replicas(), Runtime.getRuntime().availableProcessors());
    return SparkSettings.of(List.of(), all);
  }
}
