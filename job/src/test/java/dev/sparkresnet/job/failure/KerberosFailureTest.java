package dev.sparkresnet.job.failure;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import javax.security.auth.login.LoginException;
import javax.security.sasl.SaslException;
import org.apache.hadoop.security.AccessControlException;
import org.apache.hadoop.security.KerberosAuthException;
import org.ietf.jgss.GSSException;
import org.junit.jupiter.api.Test;

class KerberosFailureTest {
  private static final String NO_TICKET = "Client cannot authenticate via:[TOKEN, KERBEROS]";

  /** As Hadoop wraps what JGSS throws. */
  private static UncheckedIOException ofGss(Throwable cause) {
    GSSException gss = new GSSException(GSSException.NO_CRED);
    if (cause != null) {
      gss.initCause(cause);
    }
    return new UncheckedIOException(
        "Cannot write hdfs://nn/run/metrics.jsonl: GSS initiate failed",
        new IOException("DestHost:destPort nn:8020", new SaslException("GSS", gss)));
  }

  @Test
  void isForTheUserWithoutAValidTicket() {
    Explanation explanation = Explanation.of(ofGss(null), "train");
    assertThat(explanation.outcome()).isEqualTo(Outcome.MENDABLE);
    assertThat(explanation.reason())
        .isEqualTo(
            "Cannot write hdfs://nn/run/metrics.jsonl: GSS initiate failed; run kinit, or give"
                + " --principal and --keytab");
  }

  @Test
  void isForTheUserWhereNothingWasOffered() {
    IOException refused = new IOException(new AccessControlException(NO_TICKET));
    Explanation explanation =
        Explanation.of(new UserErrorException("Cannot write: " + NO_TICKET, refused), "train");
    assertThat(explanation.outcome()).isEqualTo(Outcome.MENDABLE);
    assertThat(explanation.reason())
        .isEqualTo(
            "Cannot write: Client cannot authenticate via:[TOKEN, KERBEROS]; run kinit, or give"
                + " --principal and --keytab");
  }

  @Test
  void isNotForTheUserWhileTheKdcDoesNotAnswer() {
    for (IOException cause :
        new IOException[] {new ConnectException("refused"), new SocketTimeoutException("late")}) {
      Explanation explanation = Explanation.of(ofGss(cause), "train");
      assertThat(KerberosFailure.isOfNetwork(ofGss(cause))).isTrue();
      assertThat(explanation.outcome()).isEqualTo(Outcome.STORAGE);
      assertThat(explanation.reason()).endsWith("GSS initiate failed");
    }
  }

  @Test
  void isNoPermissionThatIsDenied() {
    assertThat(
            KerberosFailure.isForTheUser(
                new IOException(new AccessControlException("Permission denied: user=alice"))))
        .isFalse();
  }

  @Test
  void isNoNameNodeThatDoesNotAnswer() {
    assertThat(KerberosFailure.isOfNetwork(new ConnectException("refused"))).isFalse();
  }

  @Test
  void doesNotAskForAKeytabThatWasGiven() {
    KerberosAuthException login =
        new KerberosAuthException("failure to login:", new LoginException("Checksum failed"));
    login.setKeytabFile("/a.keytab");
    assertThat(
            Explanation.of(new UserErrorException("Cannot log in: Checksum failed", login), "train")
                .reason())
        .isEqualTo("Cannot log in: Checksum failed");
  }
}
