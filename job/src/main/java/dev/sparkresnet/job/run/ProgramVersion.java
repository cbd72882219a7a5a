package dev.sparkresnet.job.run;

import java.util.Objects;

/** The version of the jar that this class is in. */
public final class ProgramVersion {
  private ProgramVersion() {}

  /** Name, version and commit. */
  public static String text() {
    Package jar = ProgramVersion.class.getPackage();
    return "spark-resnet50 "
        + Objects.requireNonNullElse(jar.getImplementationVersion(), "(not packaged)");
  }
}
