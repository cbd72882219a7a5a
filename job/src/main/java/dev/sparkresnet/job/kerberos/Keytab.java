package dev.sparkresnet.job.kerberos;

import dev.sparkresnet.job.failure.UserErrorException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * A principal and the file with its keys.
 *
 * @param principal with or without its realm
 * @param file as Spark takes it: a path, or a {@code local:} address where each host has one
 */
public record Keytab(String principal, String file) {
  private static final String ON_EVERY_HOST = "local:";
  private static final String FILE = "file:";

  /**
   * The one that settings of Spark name.
   *
   * @param settings the value of a key, or null
   * @throws UserErrorException if they name a principal or a file only
   */
  public static Optional<Keytab> of(UnaryOperator<String> settings) {
    String principal = settings.apply(KerberosSettings.PRINCIPAL);
    String file = settings.apply(KerberosSettings.KEYTAB);
    if (principal == null && file == null) {
      return Optional.empty();
    }
    if (principal == null || file == null) {
      throw new UserErrorException(
          principal == null
              ? "Cannot log in from the keytab %s: --principal does not say as whom".formatted(file)
              : "Cannot log in as %s: --keytab does not name the file with its keys"
                  .formatted(principal));
    }
    return Optional.of(new Keytab(principal, file));
  }

  /**
   * Makes sure, where a job is started, that there is such a file to log in from.
   *
   * @throws UserErrorException if it is to be on this machine and cannot be read
   */
  public void requireReadableHere() {
    if (!file.startsWith(ON_EVERY_HOST)) {
      requireReadable();
    }
  }

  void requireReadable() {
    Path path = path();
    if (!Files.isRegularFile(path) || !Files.isReadable(path)) {
      throw new UserErrorException(
          "Cannot log in as %s: the keytab %s %s"
              .formatted(principal, path, Files.exists(path) ? "cannot be read" : "is not there"));
    }
  }

  Path path() {
    String path = file;
    for (String scheme : new String[] {ON_EVERY_HOST, FILE}) {
      if (path.startsWith(scheme)) {
        path = path.substring(scheme.length()).replaceFirst("^//+", "/");
      }
    }
    return Path.of(path);
  }
}
