package dev.sparkresnet.job.command;

import java.util.Objects;
import picocli.CommandLine.IVersionProvider;

/** The version of the jar that this class is in. */
final class Version implements IVersionProvider {
  @Override
  public String[] getVersion() {
    String version = Version.class.getPackage().getImplementationVersion();
    return new String[] {"spark-resnet50 " + Objects.requireNonNullElse(version, "(not packaged)")};
  }
}
