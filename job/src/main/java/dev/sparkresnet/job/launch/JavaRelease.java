package dev.sparkresnet.job.launch;

import dev.sparkresnet.job.failure.UserErrorException;
import java.util.Set;

/**
 * The releases of Java that the job runs on. Its classes are those of 17. Hadoop 3.3, which Spark
 * 3.5 brings, calls what was taken out after 22, and only releases with long support are tested.
 */
public final class JavaRelease {
  /** How a message names them. */
  public static final String SUPPORTED = "Java 17 or 21";

  private static final Set<Integer> FEATURES = Set.of(17, 21);

  private JavaRelease() {}

  /**
   * Whether the job runs on a release.
   *
   * @param version such as 17.0.15
   */
  public static boolean isSupported(String version) {
    return FEATURES.contains(Runtime.Version.parse(version).feature());
  }

  /**
   * Requires a release that the job runs on.
   *
   * @param home where it is
   * @throws UserErrorException if it is another
   */
  public static void require(String version, String home) {
    if (!isSupported(version)) {
      throw new UserErrorException(
          "Cannot run the job: it needs %s, found %s at %s; set JAVA_HOME"
              .formatted(SUPPORTED, version, home));
    }
  }
}
