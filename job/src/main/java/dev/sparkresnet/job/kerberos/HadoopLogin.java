package dev.sparkresnet.job.kerberos;

import dev.sparkresnet.job.failure.KerberosFailure;
import dev.sparkresnet.job.failure.Reason;
import dev.sparkresnet.job.failure.UserErrorException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.security.UserGroupInformation;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How a process of this machine logs in to a secured Hadoop. */
public final class HadoopLogin {
  private static final Logger LOG = LoggerFactory.getLogger(HadoopLogin.class);

  /** Otherwise Hadoop renews a ticket only when it has failed. */
  private static final String RENEWAL = "hadoop.kerberos.keytab.login.autorenewal.enabled";

  private HadoopLogin() {}

  /**
   * Logs in from the keytab that the settings name, if they name one and nobody has done so for
   * this process. Without, whoever asks Hadoop gets the ticket cache.
   *
   * @param settings makes the settings of Hadoop, and may find that Kerberos is not set up
   * @param spark the value of one of its settings, or null
   * @return the settings of Hadoop, which have it renew the ticket
   * @throws UserErrorException if the keytab will not do
   * @throws UncheckedIOException if the KDC cannot be reached, which may pass
   */
  public static Configuration begin(Supplier<Configuration> settings, UnaryOperator<String> spark) {
    try {
      Configuration hadoop = settings.get();
      hadoop.setBoolean(RENEWAL, true);
      UserGroupInformation.setConfiguration(hadoop);
      if (!UserGroupInformation.isLoginKeytabBased()) {
        Optional<Keytab> keytab = Keytab.of(spark);
        if (keytab.isPresent()) {
          from(keytab.get());
        }
      }
      return hadoop;
    } catch (IllegalArgumentException | IOException e) {
      throw new UserErrorException("Cannot use Kerberos: " + Reason.of(first(e)), e);
    }
  }

  private static void from(Keytab keytab) {
    if (!UserGroupInformation.isSecurityEnabled()) {
      LOG.warn(
          "{} is not used: hadoop.security.authentication is not kerberos here; set"
              + " HADOOP_CONF_DIR to the configuration of the secured cluster",
          keytab.path());
      return;
    }
    keytab.requireReadable();
    try {
      UserGroupInformation.loginUserFromKeytab(keytab.principal(), keytab.path().toString());
      LOG.info("logged in as {} from {}", keytab.principal(), keytab.path());
    } catch (IOException e) {
      String message =
          "Cannot log in as %s from %s: %s"
              .formatted(keytab.principal(), keytab.path(), Reason.of(first(e)));
      throw KerberosFailure.isOfNetwork(e)
          ? new UncheckedIOException(message + " (does the KDC answer?)", e)
          : new UserErrorException(message, e);
    }
  }

  /** What Kerberos said, without what Hadoop puts around it. */
  private static Exception first(Exception failure) {
    Exception first = failure;
    while (first.getCause() instanceof Exception cause) {
      first = cause;
    }
    return first;
  }
}
