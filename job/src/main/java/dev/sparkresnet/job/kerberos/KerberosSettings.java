package dev.sparkresnet.job.kerberos;

import static java.util.function.Predicate.not;
import static java.util.stream.Collectors.joining;

import java.net.URI;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.hadoop.fs.Path;

/** The settings by which Spark knows of Kerberos. */
public final class KerberosSettings {
  /** Who logs in from a keytab. */
  public static final String PRINCIPAL = "spark.kerberos.principal";

  /** The file with the keys of the principal. */
  public static final String KEYTAB = "spark.kerberos.keytab";

  /** By what a driver gets new delegation tokens: {@code keytab} or {@code ccache}. */
  public static final String RENEWAL = "spark.kerberos.renewal.credentials";

  /** The file systems that executors get tokens for, besides the cluster's own. */
  public static final String FILE_SYSTEMS = "spark.kerberos.access.hadoopFileSystems";

  /** Others have keys of their own, and their classes may be missing. */
  private static final Set<String> WITH_TOKENS = Set.of("hdfs", "webhdfs", "swebhdfs", "ofs");

  private KerberosSettings() {}

  /**
   * The value of {@link #FILE_SYSTEMS} for some paths, if they name file systems that hand out
   * tokens.
   */
  public static Optional<String> fileSystems(String... paths) {
    return Optional.of(
            Stream.of(paths)
                .map(path -> new Path(path).toUri())
                .filter(uri -> uri.getAuthority() != null && WITH_TOKENS.contains(scheme(uri)))
                .map(uri -> scheme(uri) + "://" + uri.getAuthority())
                .distinct()
                .collect(joining(",")))
        .filter(not(String::isEmpty));
  }

  private static String scheme(URI uri) {
    return uri.getScheme() == null ? "" : uri.getScheme();
  }
}
