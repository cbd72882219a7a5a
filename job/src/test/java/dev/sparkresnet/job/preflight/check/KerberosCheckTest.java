package dev.sparkresnet.job.preflight.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sparkresnet.job.kerberos.Identity;
import dev.sparkresnet.job.kerberos.Identity.Proof;
import dev.sparkresnet.job.preflight.measure.Measured;
import dev.sparkresnet.job.preflight.measure.Plan;
import dev.sparkresnet.job.preflight.measure.TestSurvey;
import dev.sparkresnet.job.preflight.report.CheckResult;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class KerberosCheckTest {
  private static final String USER = "alice@EXAMPLE.COM";

  private final TestSurvey survey = new TestSurvey();

  @BeforeEach
  void executorsHaveTokens() {
    survey.first.identity = identity(Proof.TOKENS, Duration.ZERO, Duration.ZERO);
    survey.second.identity = survey.first.identity;
  }

  private CheckResult check() {
    return survey.check(new KerberosCheck());
  }

  private static Measured<Identity> identity(Proof proof, Duration left, Duration renewable) {
    return Measured.of(new Identity(proof, USER, left, renewable));
  }

  private void ticketFor(Duration left, Duration renewable) {
    survey.driver.identity = identity(Proof.TICKET, left, renewable);
  }

  private void stopAfter(Duration time) {
    Plan plan = survey.plan;
    survey.plan = new Plan(plan.master(), plan.replicas(), plan.memory(), time, true);
  }

  @Test
  void saysThatNobodyAsks() {
    survey.driver.identity = identity(Proof.NONE_NEEDED, Duration.ZERO, Duration.ZERO);
    assertThat(check().line())
        .isEqualTo("kerberos         ok       not asked for, user alice@EXAMPLE.COM");
  }

  @Test
  void saysWhoseKeytabThereIs() {
    survey.driver.identity =
        identity(Proof.KEYTAB, Duration.ofMinutes(599), Duration.ofMinutes(599));
    assertThat(check().line())
        .isEqualTo(
            "kerberos         ok       alice@EXAMPLE.COM from a keytab, ticket for 9 h 59 min,"
                + " renewed from it");
  }

  @Test
  void saysWhoseTicketThereIsAndForHowLong() {
    ticketFor(Duration.ofMinutes(61), Duration.ofHours(7 * 24 - 1));
    assertThat(check().summary())
        .isEqualTo("ticket of alice@EXAMPLE.COM for 1 h 1 min, renewable for 6 d 23 h");
    assertThat(check().cures()).isEmpty();
  }

  @Test
  void warnsOfATicketThatCannotBeRenewed() {
    ticketFor(Duration.ofMinutes(9), Duration.ofMinutes(9));
    assertThat(check().line())
        .isEqualTo(
            "kerberos         warning  driver on a: ticket of alice@EXAMPLE.COM for 9 min, which"
                + " cannot be renewed");
    assertThat(check().cures())
        .containsExactly(
            "Give --principal and --keytab, from which tickets are renewed, or set"
                + " training.stop-after to a shorter time.");
  }

  @Test
  void warnsOfATicketThatEndsBeforeTheRunHasTo() {
    stopAfter(Duration.ofHours(8));
    ticketFor(Duration.ofHours(1), Duration.ofHours(8).minusSeconds(1));
    assertThat(check().line())
        .isEqualTo(
            "kerberos         warning  driver on a: ticket of alice@EXAMPLE.COM for 1 h 0 min,"
                + " renewable for 7 h 59 min; training.stop-after is 8 h 0 min");
  }

  @Test
  void isContentWithATicketThatLastsForTheRun() {
    stopAfter(Duration.ofHours(8));
    ticketFor(Duration.ofHours(8), Duration.ofHours(8));
    assertThat(check().summary())
        .isEqualTo("ticket of alice@EXAMPLE.COM for 8 h 0 min, which cannot be renewed");
  }

  @Test
  void failsWithoutATicketWhereOneIsNeeded() {
    survey.driver.identity = identity(Proof.NONE, Duration.ZERO, Duration.ZERO);
    survey.driver.runDirectory = Measured.not("Client cannot authenticate via:[TOKEN, KERBEROS]");
    assertThat(check().line())
        .isEqualTo("kerberos         FAILED   driver on a: no valid ticket of alice@EXAMPLE.COM");
    assertThat(check().cures())
        .containsExactly("Get a ticket: run kinit, or give --principal and --keytab.");
  }

  @Test
  void doesNotAskForATicketThatNobodyNeeds() {
    survey.driver.identity = identity(Proof.NONE, Duration.ZERO, Duration.ZERO);
    assertThat(check().summary()).isEqualTo("no ticket of alice@EXAMPLE.COM, and none was needed");
  }

  @Test
  void failsWhereAnExecutorHasNoToken() {
    ticketFor(Duration.ofHours(8), Duration.ofHours(9));
    survey.second.identity = identity(Proof.NONE_NEEDED, Duration.ZERO, Duration.ZERO);
    survey.second.images = Measured.not("SIMPLE authentication is not enabled");
    assertThat(check().line())
        .isEqualTo("kerberos         FAILED   executor 1 on b: no delegation token");
    assertThat(check().cures())
        .containsExactly(
            "Name the file systems of the images in spark.kerberos.access.hadoopFileSystems, and"
                + " give executors the Hadoop configuration (HADOOP_CONF_DIR).");
  }

  @Test
  void saysHowLongTokensLast() {
    survey.driver.identity = identity(Proof.TOKENS, Duration.ZERO, Duration.ZERO);
    assertThat(check().summary())
        .isEqualTo("alice@EXAMPLE.COM by delegation tokens, which last a week by default");
  }
}
