package dev.sparkresnet.job.checkpoint;

import dev.sparkresnet.job.metrics.EpochMetrics;
import java.util.List;

/**
 * Everything but the network that a run needs to go on after an epoch.
 *
 * @param epoch the last complete epoch, counted from 1
 * @param threshold the threshold that the encoding of updates goes on with
 * @param configuration the resolved configuration of the run, as text
 * @param metrics one for each epoch so far
 */
public record Checkpoint(
    int epoch, double threshold, String configuration, List<EpochMetrics> metrics) {
  public Checkpoint {
    metrics = List.copyOf(metrics);
  }
}
