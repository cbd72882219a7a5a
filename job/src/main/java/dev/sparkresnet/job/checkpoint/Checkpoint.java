package dev.sparkresnet.job.checkpoint;

import dev.sparkresnet.job.metrics.EpochMetrics;
import dev.sparkresnet.job.state.NetworkState;
import java.util.List;

/**
 * Everything that a run needs to go on.
 *
 * @param dataset fingerprint of the images, training and test
 * @param configuration the resolved configuration of the run, as text
 * @param metrics one for each complete epoch
 */
public record Checkpoint(
    Progress progress,
    String dataset,
    String configuration,
    List<EpochMetrics> metrics,
    NetworkState state) {
  public Checkpoint {
    metrics = List.copyOf(metrics);
  }
}
