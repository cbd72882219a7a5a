package dev.sparkresnet.job.command;

import dev.sparkresnet.datasets.staging.DatasetStager;
import dev.sparkresnet.datasets.staging.Staged;
import dev.sparkresnet.job.config.PathPassword;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The command {@code stage-dataset}. */
@Command(
    name = "stage-dataset",
    header = "Copies CIFAR-10 to the file system of the cluster and checks it.",
    customSynopsis = {
      "submit/job.sh stage-dataset [--stacktrace] SOURCE TARGET",
      "       submit/job.sh stage-dataset [--stacktrace] --download [SOURCE] TARGET"
    },
    footer = {"", "Example: submit/job.sh stage-dataset --download hdfs:///data/cifar10.tar.gz"})
final class StageDatasetCommand implements Runnable {
  private static final Duration SILENCE_OF_SERVER = Duration.ofSeconds(60);

  @Option(
      names = "--download",
      description = "Take SOURCE from the web, by default from the official address.")
  private boolean download;

  @Parameters(
      arity = "1..2",
      paramLabel = "[SOURCE] TARGET",
      hideParamSyntax = true,
      description = {
        "Archive or directory of this machine, or an address with --download.",
        "Path on any Hadoop file system. What comes from the web must have the official MD5."
      })
  private List<String> paths;

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    refusePasswords();
    String target = paths.get(paths.size() - 1);
    Staged staged;
    try (StagingProgress progress = new StagingProgress()) {
      DatasetStager stager = new DatasetStager(HadoopSettings.configuration(), progress);
      staged =
          download
              ? stager.download(address(), target, SILENCE_OF_SERVER)
              : stager.copy(localSource(), target);
    }
    staged
        .warnings()
        .forEach(warning -> spec.commandLine().getErr().println("Warning: " + warning));
    spec.commandLine().getOut().println("Staged " + staged.path());
  }

  /** Here, since picocli takes an optional path that it cannot convert for one too many. */
  private void refusePasswords() {
    if (paths.stream().anyMatch(PathPassword::isIn)) {
      throw new ParameterException(
          spec.commandLine(), "SOURCE and TARGET " + PathPassword.REQUIREMENT);
    }
  }

  private URI address() {
    if (paths.size() == 1) {
      return DatasetStager.OFFICIAL_ADDRESS;
    }
    try {
      return URI.create(paths.get(0));
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "not an address: '" + paths.get(0) + "'", e);
    }
  }

  private Path localSource() {
    if (paths.size() == 1) {
      throw new ParameterException(
          spec.commandLine(), "SOURCE is missing; --download takes the official archive");
    }
    return Path.of(paths.get(0));
  }
}
