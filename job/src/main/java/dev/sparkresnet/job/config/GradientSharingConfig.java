package dev.sparkresnet.job.config;

import java.io.Serializable;
import java.time.Duration;

/**
 * The block {@code training.gradient-sharing}: how replicas exchange updates.
 *
 * @param threshold encoding threshold of the first step, in units of a parameter
 * @param minimumSparsity smallest share of the parameters that a step should send
 * @param maximumSparsity largest share of the parameters that a step should send
 * @param residualClip what is kept for later is cut to this many thresholds
 * @param residualClipEvery steps between two cuts
 * @param combine what the updates of the replicas come to together
 * @param resynchronise when replicas start an epoch from the driver's state
 * @param driftLimit relative distance from the driver from which {@code on-drift} acts
 * @param portRange UDP ports from which the driver and each executor take a free one
 * @param networkMask network of the hosts in CIDR notation, or empty
 * @param timeout how long to wait for a silent peer
 */
public record GradientSharingConfig(
    double threshold,
    double minimumSparsity,
    double maximumSparsity,
    double residualClip,
    int residualClipEvery,
    Combine combine,
    Resynchronise resynchronise,
    double driftLimit,
    PortRange portRange,
    String networkMask,
    Duration timeout)
    implements Serializable {

  /** What the updates of the replicas come to together. */
  public enum Combine {
    AVERAGE,
    SUM
  }

  /** When replicas start an epoch from the driver's state instead of their own. */
  public enum Resynchronise {
    EVERY_EPOCH,
    ON_DRIFT,
    NEVER
  }

  /** Refuses an empty range of sparsities. */
  public GradientSharingConfig {
    new CrossFieldRules()
        .require(
            minimumSparsity < maximumSparsity,
            "minimum-sparsity",
            "must be less than maximum-sparsity = " + maximumSparsity,
            minimumSparsity)
        .check();
  }

  static GradientSharingConfig read(ConfigSection section) {
    return new GradientSharingConfig(
        section.value("threshold", ValueReader.NUMBER, Rule.positive()),
        section.value("minimum-sparsity", ValueReader.NUMBER, Rule.positiveFraction()),
        section.value("maximum-sparsity", ValueReader.NUMBER, Rule.positiveFraction()),
        section.value("residual-clip", ValueReader.NUMBER, Rule.positive()),
        section.value("residual-clip-every", ValueReader.INTEGER, Rule.atLeast(1)),
        section.value("combine", ValueReader.oneOf(Combine.class)),
        section.value("resynchronise", ValueReader.oneOf(Resynchronise.class)),
        section.value("drift-limit", ValueReader.NUMBER, Rule.positive()),
        section.value("port-range", ValueReader.PORT_RANGE),
        section.value("network-mask", ValueReader.TEXT),
        section.value("timeout", ValueReader.DURATION, Rule.someTime()));
  }
}
