package dev.sparkresnet.job.replica;

import dev.sparkresnet.job.metrics.TrainingSums;
import org.nd4j.parameterserver.distributed.v2.messages.impl.base.BaseRequestMessage;

/** Tells the driver how far a replica is in its epoch: sums since the start of the epoch. */
public final class StepReport extends BaseRequestMessage {
  public final int replica;
  public final int epoch;
  public final int step;
  public final long examples;
  public final double lossSum;
  public final long correct;

  StepReport(int replica, int epoch, int step, TrainingSums sums) {
    this.replica = replica;
    this.epoch = epoch;
    this.step = step;
    this.examples = sums.examples();
    this.lossSum = sums.lossSum();
    this.correct = sums.correct();
  }
}
