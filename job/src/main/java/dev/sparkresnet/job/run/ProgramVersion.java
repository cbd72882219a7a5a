package dev.sparkresnet.job.run;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.Properties;

/** The version of the jar that this class is in, and the commit that it was built from. */
public final class ProgramVersion {
  private static final String COMMIT = "commit.properties";

  private ProgramVersion() {}

  /** Name, version and commit. */
  public static String text() {
    Package jar = ProgramVersion.class.getPackage();
    return "spark-resnet50 %s, commit %s"
        .formatted(
            Objects.requireNonNullElse(jar.getImplementationVersion(), "(not packaged)"), commit());
  }

  /** Sources without their repository have none. */
  private static String commit() {
    Properties build = new Properties();
    try (InputStream in = ProgramVersion.class.getResourceAsStream(COMMIT)) {
      if (in != null) {
        build.load(in);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + COMMIT + " of this program", e);
    }
    String changes = "true".equals(build.getProperty("git.dirty")) ? " with changes" : "";
    return build.getProperty("git.commit.id.abbrev", "unknown") + changes;
  }
}
