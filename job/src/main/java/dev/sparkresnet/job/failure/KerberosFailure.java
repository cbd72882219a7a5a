package dev.sparkresnet.job.failure;

import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import javax.security.auth.login.LoginException;
import org.apache.hadoop.security.AccessControlException;
import org.apache.hadoop.security.KerberosAuthException;
import org.apache.hadoop.security.UserGroupInformation;
import org.ietf.jgss.GSSException;

/** What a failure has to do with Kerberos, told by the types of its causes. */
public final class KerberosFailure {
  /** What to do when there is no valid ticket. */
  public static final String CURE = "run kinit, or give --principal and --keytab";

  /** Hadoop has the same type for a permission that is denied. */
  private static final String NO_TICKET = "Client cannot authenticate via:";

  private KerberosFailure() {}

  /** Whether a KDC did not answer, which may pass. */
  public static boolean isOfNetwork(Throwable failure) {
    return Causes.of(failure).anyMatch(KerberosFailure::isOfKerberos)
        && Causes.of(failure)
            .anyMatch(
                cause ->
                    cause instanceof SocketException
                        || cause instanceof SocketTimeoutException
                        || cause instanceof UnknownHostException);
  }

  /**
   * Whether there is no valid ticket and will be none until the user gets one: from a keytab there
   * is another as soon as the KDC answers.
   */
  public static boolean isForTheUser(Throwable failure) {
    return isRefusal(failure) && !isRenewedFromKeytab();
  }

  /** How a message about it ends: with what to do, unless a keytab was tried. */
  static String withCure(Throwable failure) {
    boolean isOfKeytab =
        Causes.of(failure)
            .anyMatch(
                cause ->
                    cause instanceof KerberosAuthException login && login.getKeytabFile() != null);
    return isOfKeytab ? "" : "; " + CURE;
  }

  private static boolean isRefusal(Throwable failure) {
    return Causes.of(failure).anyMatch(KerberosFailure::isOfKerberos) && !isOfNetwork(failure);
  }

  private static boolean isOfKerberos(Throwable cause) {
    return cause instanceof GSSException
        || cause instanceof LoginException
        || (cause instanceof AccessControlException
            && String.valueOf(cause.getMessage()).startsWith(NO_TICKET));
  }

  private static boolean isRenewedFromKeytab() {
    try {
      return UserGroupInformation.isLoginKeytabBased();
    } catch (IOException e) {
      return false;
    }
  }
}
