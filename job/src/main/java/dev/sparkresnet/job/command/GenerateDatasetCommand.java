package dev.sparkresnet.job.command;

import dev.sparkresnet.datasets.synthetic.SyntheticCifar;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The command {@code generate-dataset}. */
@Command(
    name = "generate-dataset",
    header = "Writes made-up images that a network can learn, in the layout of CIFAR-10.",
    footer = {"", "Example: submit/job.sh generate-dataset --train 5000 --test 1000 runs/data"})
final class GenerateDatasetCommand implements Runnable {
  @Option(
      names = "--train",
      paramLabel = "N",
      defaultValue = "50000",
      description = "Training images. Default: ${DEFAULT-VALUE}.")
  private int trainingImages;

  @Option(
      names = "--test",
      paramLabel = "N",
      defaultValue = "10000",
      description = "Test images. Default: ${DEFAULT-VALUE}.")
  private int testImages;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "The same seed gives the same images. Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Parameters(
      paramLabel = "DIRECTORY",
      converter = StoragePath.class,
      description = "New or empty directory on any Hadoop file system.")
  private String directory;

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    SyntheticCifar.generate(
        HadoopSettings.configuration(), directory, trainingImages, testImages, seed);
    spec.commandLine()
        .getOut()
        .printf(
            Locale.ROOT,
            "Wrote %d training and %d test images to %s%n",
            trainingImages,
            testImages,
            directory);
  }
}
