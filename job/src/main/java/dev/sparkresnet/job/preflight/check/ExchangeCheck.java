package dev.sparkresnet.job.preflight.check;

import dev.sparkresnet.job.preflight.measure.ExchangeTrial;
import dev.sparkresnet.job.preflight.measure.Finding;
import dev.sparkresnet.job.preflight.measure.Survey;
import java.util.ArrayList;
import java.util.List;

/** Every executor has a port, and all of them connect to each other as replicas do. */
public final class ExchangeCheck implements Check {
  static final String CURE =
      "Open TCP ports training.gradient-sharing.port-range between all executors, choose the network"
          + " by training.gradient-sharing.network-mask, or set training.master to"
          + " parameter-averaging.";

  static final String SECRET_CURE =
      "Turn on spark.authenticate and spark.network.crypto.enabled, with a secret of yours in a file"
          + " for --properties-file (conf/secured.conf says how).";

  @Override
  public String name() {
    return "exchange";
  }

  @Override
  public List<Finding> judge(Survey survey) {
    if (!survey.plan().exchanges()) {
      return List.of(Finding.skipped("not used by this run"));
    }
    if (survey.exchange().isEmpty()) {
      return List.of(Finding.skipped("no executors to connect"));
    }
    List<Finding> findings = new ArrayList<>();
    if (!survey.plan().keepsSecrets()) {
      findings.add(
          Finding.warning(
              List.of(), "whoever reads Spark's connections learns its secret", SECRET_CURE));
    }
    survey.exchange().stream().map(ExchangeCheck::judge).forEach(findings::add);
    return findings;
  }

  private static Finding judge(ExchangeTrial.Result result) {
    return result.problem().isEmpty()
        ? Finding.ok(result.place(), "tcp " + result.endpoint())
        : Finding.failed(result.place(), result.problem(), CURE);
  }
}
