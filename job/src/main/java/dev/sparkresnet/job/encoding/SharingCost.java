package dev.sparkresnet.job.encoding;

import dev.sparkresnet.model.benchmark.Timing;
import java.io.Serializable;

/**
 * What gradient sharing adds to the steps of a replica, by the median of each part.
 *
 * @param batch images of a minibatch
 * @param compute forward, backward and optimizer
 * @param plainApply the change of the parameters in a step without sharing
 * @param encode update to message
 * @param apply the change of the parameters by the replica's own message
 * @param meanMessageBytes size of a message
 */
public record SharingCost(
    int batch,
    Timing compute,
    Timing plainApply,
    Timing encode,
    Timing apply,
    double meanMessageBytes)
    implements Serializable {

  /** Time of a step that is shared less that of one that is not. */
  public double addedSeconds() {
    return encode.medianSeconds() + apply.medianSeconds() - plainApply.medianSeconds();
  }

  /** The added time as a share of a step that is not shared. */
  public double addedShare() {
    return addedSeconds() / (compute.medianSeconds() + plainApply.medianSeconds());
  }
}
