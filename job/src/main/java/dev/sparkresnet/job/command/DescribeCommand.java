package dev.sparkresnet.job.command;

import dev.sparkresnet.datasets.CifarFormat;
import dev.sparkresnet.job.config.ModelConfig;
import dev.sparkresnet.job.failure.UserErrorException;
import dev.sparkresnet.model.network.NetworkTable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command {@code describe}. */
@Command(
    name = "describe",
    header = "Shows the stages of the network: shapes, parameters and multiply-adds.",
    footer = {
      "",
      "Example: submit/job.sh describe --batch 10 --input-size 224 --classes 1000",
      "    shows the network as published for ImageNet."
    })
final class DescribeCommand implements Runnable {
  @Mixin private ConfigurationOptions configuration;

  @Option(
      names = "--batch",
      paramLabel = "N",
      defaultValue = "1",
      description = "Images that go in at once. Default: ${DEFAULT-VALUE}.")
  private int batch;

  @Option(
      names = "--input-size",
      paramLabel = "N",
      defaultValue = "" + CifarFormat.SIDE,
      description = "Height and width of an image in pixels. Default: ${DEFAULT-VALUE}.")
  private int inputSize;

  @Option(
      names = "--classes",
      paramLabel = "N",
      defaultValue = "" + CifarFormat.CLASSES,
      description = "Classes to tell apart. Default: ${DEFAULT-VALUE}.")
  private int classes;

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    ModelConfig model = configuration.resolveWithoutPaths().training().model();
    spec.commandLine().getOut().println(table(model).render());
  }

  private NetworkTable table(ModelConfig model) {
    if (batch < 1) {
      throw new UserErrorException(
          "Cannot describe network: --batch must be at least 1, found " + batch);
    }
    return NetworkTable.of(model.network(inputSize, classes), batch);
  }
}
