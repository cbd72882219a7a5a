package dev.sparkresnet.job.command;

import dev.sparkresnet.job.checkpoint.CheckpointStore;
import dev.sparkresnet.job.checkpoint.StockNetwork;
import dev.sparkresnet.job.failure.UserErrorException;
import dev.sparkresnet.job.storage.OutputFile;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command {@code export}. */
@Command(
    name = "export",
    header = "Writes the network of a checkpoint as a file that plain DL4J restores and trains.",
    footer = {
      "",
      "Example: submit/job.sh export --run-directory hdfs:///runs/first --output network.zip",
      "    ModelSerializer.restoreComputationGraph(new File(\"network.zip\")) is all it takes then."
    })
final class ExportCommand implements Runnable {

  /** What to write. */
  enum Format {
    /** Configuration, parameters and optimiser state of a network of DL4J's own layers. */
    DL4J
  }

  @Option(
      names = "--run-directory",
      required = true,
      paramLabel = "DIR",
      converter = StoragePath.class,
      description = "The run, on any Hadoop file system. It may be going on.")
  private String runDirectory;

  @Option(
      names = "--epoch",
      paramLabel = "N",
      description = "Which checkpoint to take. Default: the newest.")
  private Optional<Integer> epoch = Optional.empty();

  @Option(
      names = "--format",
      paramLabel = "NAME",
      defaultValue = "dl4j",
      description = "${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
  private Format format;

  @Option(
      names = "--output",
      required = true,
      paramLabel = "FILE",
      converter = StoragePath.class,
      description = "New file on any Hadoop file system.")
  private String output;

  @Option(names = "--overwrite", description = "Replace the file if it is there already.")
  private boolean overwrite;

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    Configuration hadoop = HadoopSettings.configuration();
    CheckpointStore checkpoints = CheckpointStore.ofExistingRun(hadoop, new Path(runDirectory));
    int chosen = chooseEpoch(checkpoints.epochs());
    OutputFile.Existing existing =
        overwrite ? OutputFile.Existing.REPLACE : OutputFile.Existing.REFUSE;
    try (OutputFile file = OutputFile.create(hadoop, output, existing)) {
      ComputationGraph network =
          switch (format) {
            case DL4J -> StockNetwork.restore(checkpoints, chosen);
          };
      Path path = file.publish(out -> ModelSerializer.writeModel(network, out, true));
      spec.commandLine().getOut().printf(Locale.ROOT, "Exported epoch %d to %s%n", chosen, path);
    }
  }

  private int chooseEpoch(List<Integer> epochs) {
    int chosen = epoch.orElse(epochs.get(epochs.size() - 1));
    if (!epochs.contains(chosen)) {
      throw new UserErrorException(
          String.format(
              Locale.ROOT,
              "Cannot export epoch %d of %s: there are checkpoints of epochs %s",
              chosen,
              runDirectory,
              epochs));
    }
    return chosen;
  }
}
