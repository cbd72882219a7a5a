package dev.sparkresnet.job.preflight.check;

import dev.sparkresnet.job.preflight.measure.ExchangeTrial;
import dev.sparkresnet.job.preflight.measure.Finding;
import dev.sparkresnet.job.preflight.measure.Survey;
import java.util.List;

/** Every executor has a port, and all of them connect to each other as replicas do. */
public final class ExchangeCheck implements Check {
  static final String CURE =
      "Open TCP ports training.gradient-sharing.port-range between all executors, choose the network"
          + " by training.gradient-sharing.network-mask, or set training.master to"
          + " parameter-averaging.";

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
    return survey.exchange().stream().map(ExchangeCheck::judge).toList();
  }

  private static Finding judge(ExchangeTrial.Result result) {
    return result.problem().isEmpty()
        ? Finding.ok(result.place(), "tcp " + result.endpoint())
        : Finding.failed(result.place(), result.problem(), CURE);
  }
}
