package dev.sparkresnet.job.epoch;

import dev.sparkresnet.job.config.TrainingConfig;
import dev.sparkresnet.job.metrics.ProgressDisplay;
import dev.sparkresnet.job.metrics.StepProgress;
import dev.sparkresnet.job.metrics.TrainingSums;
import dev.sparkresnet.job.monitoring.RunGauges;
import dev.sparkresnet.job.replica.EpochPlan;
import dev.sparkresnet.job.replica.ReplicaSetup;
import dev.sparkresnet.job.replica.StepReport;
import java.io.Closeable;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns what the replicas tell about their steps of an epoch into a progress bar, log lines and
 * metrics.
 *
 * <p>Reports come on threads of the transport, in no particular order.
 */
public final class ProgressLog implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(ProgressLog.class);

  private final TrainingConfig config;
  private final ReplicaSetup setup;
  private final EpochPlan plan;
  private final RunGauges gauges;
  private final ProgressDisplay display;
  private final Map<Integer, StepReport> latest = new HashMap<>();
  private final long begin = System.nanoTime();
  private int stepsOfAll;

  public ProgressLog(TrainingConfig config, ReplicaSetup setup, EpochPlan plan, RunGauges gauges) {
    this.config = config;
    this.setup = setup;
    this.plan = plan;
    this.gauges = gauges;
    this.stepsOfAll = plan.firstStep();
    this.display =
        ProgressDisplay.start(
            String.format(Locale.ROOT, "epoch %d/%d", plan.epoch(), config.optimizer().epochs()),
            plan.steps());
  }

  public synchronized void accept(StepReport report) {
    if (report.epoch() != plan.epoch()) {
      // A late one of the epoch before.
      return;
    }
    latest.merge(report.replica(), report, (old, now) -> now.step() > old.step() ? now : old);
    if (latest.size() < config.replicas()) {
      return;
    }
    int before = stepsOfAll;
    stepsOfAll = latest.values().stream().mapToInt(StepReport::step).min().orElseThrow();
    display.stepTo(stepsOfAll);
    StepProgress progress = progress();
    gauges.progress(progress);
    if (stepsOfAll / config.logEverySteps() > before / config.logEverySteps()) {
      LOG.info("{}", progress.logLine());
    }
  }

  private StepProgress progress() {
    TrainingSums sums =
        latest.values().stream()
            .map(StepReport::sums)
            .reduce(TrainingSums.NONE, TrainingSums::plus);
    return new StepProgress(
        plan.epoch(),
        config.optimizer().epochs(),
        stepsOfAll,
        plan.steps(),
        sums.loss(),
        sums.accuracy(),
        setup.learningRate(plan, stepsOfAll - 1),
        sums.examples() / ((System.nanoTime() - begin) / 1e9));
  }

  /** Says how far every replica came, when the epoch has failed. */
  public synchronized void logLastHeard() {
    for (int replica = 0; replica < config.replicas(); replica++) {
      StepReport report = latest.get(replica);
      if (report == null) {
        LOG.warn("replica {}: no step done in this epoch", replica);
        continue;
      }
      LOG.warn(
          "replica {}: {} of {} steps done, {} examples, loss {}",
          replica,
          report.step(),
          plan.steps(),
          report.sums().examples(),
          String.format(Locale.ROOT, "%.3f", report.sums().loss()));
    }
  }

  @Override
  public synchronized void close() {
    display.close();
  }
}
