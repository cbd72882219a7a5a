package dev.sparkresnet.job.replica;

import dev.sparkresnet.job.metrics.TrainingSums;
import java.io.Serializable;

/**
 * How far a replica is in its epoch.
 *
 * @param runId of the attempt, so that a report of one before is told apart
 * @param step steps done, counted from the start of the epoch
 * @param sums since the start of the stretch
 */
public record StepReport(String runId, int replica, int epoch, int step, TrainingSums sums)
    implements Serializable {}
