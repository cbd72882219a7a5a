package dev.sparkresnet.job.preflight.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sparkresnet.job.config.TrainingConfig.Master;
import dev.sparkresnet.job.preflight.measure.ExchangeTrial;
import dev.sparkresnet.job.preflight.measure.Place;
import dev.sparkresnet.job.preflight.measure.Plan;
import dev.sparkresnet.job.preflight.measure.Status;
import dev.sparkresnet.job.preflight.measure.TestSurvey;
import dev.sparkresnet.job.preflight.report.CheckResult;
import org.junit.jupiter.api.Test;

class ExchangeCheckTest {
  private final TestSurvey survey = new TestSurvey();

  private CheckResult check() {
    return survey.check(new ExchangeCheck());
  }

  @Test
  void saysWhereExecutorsListen() {
    survey.exchange.add(new ExchangeTrial.Result(new Place("0", "b"), "10.0.0.2:40123", ""));
    assertThat(check().line()).isEqualTo("exchange         ok       tcp 10.0.0.2:40123");
  }

  @Test
  void failsIfTwoDoNotReachEachOther() {
    survey.exchange.add(
        new ExchangeTrial.Result(
            new Place("0", "b"), "10.0.0.2:40123", "Cannot reach replica 1: refused"));
    assertThat(check().line())
        .isEqualTo("exchange         FAILED   executor 0 on b: Cannot reach replica 1: refused");
    assertThat(check().cures())
        .containsExactly(
            "Open TCP ports training.gradient-sharing.port-range between all executors, choose the"
                + " network by training.gradient-sharing.network-mask, or set training.master to"
                + " parameter-averaging.");
  }

  @Test
  void warnsIfSparkDoesNotKeepTheSecret() {
    survey.exchange.add(new ExchangeTrial.Result(new Place("0", "b"), "10.0.0.2:40123", ""));
    survey.plan =
        new Plan(Master.GRADIENT_SHARING, 2, survey.plan.memory(), survey.plan.stopAfter(), false);
    assertThat(check().status()).isEqualTo(Status.WARNING);
    assertThat(check().line())
        .startsWith(
            "exchange         warning  whoever reads Spark's connections learns its secret");
    assertThat(check().cures())
        .containsExactly(
            "Turn on spark.authenticate and spark.network.crypto.enabled, with a secret of yours in"
                + " a file for --properties-file (conf/secured.conf says how).");
  }

  @Test
  void isSkippedWhereNothingIsExchanged() {
    assertThat(check().line()).isEqualTo("exchange         skipped  no executors to connect");
    survey.plan = TestSurvey.plan(Master.PARAMETER_AVERAGING, 1, 1);
    assertThat(check().line()).isEqualTo("exchange         skipped  not used by this run");
  }
}
