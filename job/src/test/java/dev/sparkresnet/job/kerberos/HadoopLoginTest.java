package dev.sparkresnet.job.kerberos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sparkresnet.job.LoggedLines;
import dev.sparkresnet.job.failure.UserErrorException;
import dev.sparkresnet.job.kerberos.Identity.Proof;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;

/** Where Hadoop is not secured; what a KDC has to say is in KerberosIT. */
class HadoopLoginTest {
  private static final Map<String, String> ALICE =
      Map.of(KerberosSettings.PRINCIPAL, "alice", KerberosSettings.KEYTAB, "/alice.keytab");

  @Test
  void warnsOfAKeytabThatNobodyAsksFor() throws Exception {
    try (LoggedLines log = new LoggedLines()) {
      Configuration hadoop = HadoopLogin.begin(Configuration::new, ALICE::get);
      assertThat(hadoop.get("hadoop.kerberos.keytab.login.autorenewal.enabled")).isEqualTo("true");
      assertThat(log.all())
          .anyMatch(
              line ->
                  line.contains(
                      "/alice.keytab is not used: hadoop.security.authentication is not kerberos"
                          + " here; set HADOOP_CONF_DIR to the configuration of the secured"
                          + " cluster"));
    }
    assertThat(Identity.ofThisProcess().proof()).isEqualTo(Proof.NONE_NEEDED);
  }

  @Test
  void saysWhatHadoopMissesOfKerberos() {
    IllegalArgumentException missing =
        new IllegalArgumentException(
            "Can't get Kerberos realm", new IllegalStateException("Cannot locate default realm"));
    assertThatThrownBy(
            () ->
                HadoopLogin.begin(
                    () -> {
                      throw missing;
                    },
                    Map.<String, String>of()::get))
        .isInstanceOf(UserErrorException.class)
        .hasMessage("Cannot use Kerberos: Cannot locate default realm");
  }
}
