package dev.sparkresnet.job.config;

import java.io.Serializable;
import java.time.Duration;

/**
 * The block {@code training.gradient-sharing}: how replicas exchange updates.
 *
 * @param encoding how updates look on the network
 * @param densePrecision of the numbers of a dense update
 * @param staleness rounds that a replica may be ahead of the newest sum in its parameters
 * @param threshold encoding threshold of the first step, in units of a parameter
 * @param minimumSparsity smallest share of the parameters that a step should send
 * @param maximumSparsity largest share of the parameters that a step should send
 * @param residualClip what is kept for later is cut to this many thresholds
 * @param residualClipEvery steps between two cuts
 * @param combine what the updates of the replicas come to together
 * @param portRange TCP ports from which each executor takes a free one
 * @param networkMask network of the hosts in CIDR notation, or empty
 * @param timeout how long to wait for a silent peer
 */
public record GradientSharingConfig(
    Encoding encoding,
    Precision densePrecision,
    int staleness,
    double threshold,
    double minimumSparsity,
    double maximumSparsity,
    double residualClip,
    int residualClipEvery,
    Combine combine,
    PortRange portRange,
    String networkMask,
    Duration timeout)
    implements Serializable {
  private static final String NO_DRIFT =
      "decides nothing any more: replicas that share gradients are the same bit for bit";

  /** How updates look on the network. */
  public enum Encoding {
    /** A list of what moved by more than a threshold. */
    THRESHOLD,
    /** All numbers. */
    DENSE
  }

  /** The numbers of a dense update. */
  public enum Precision {
    FLOAT32,
    BFLOAT16
  }

  /** What the updates of the replicas come to together. */
  public enum Combine {
    AVERAGE,
    SUM
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
    section.retired("resynchronise", NO_DRIFT);
    section.retired("drift-limit", NO_DRIFT);
    return new GradientSharingConfig(
        section.value("encoding", ValueReader.oneOf(Encoding.class)),
        section.value("dense-precision", ValueReader.oneOf(Precision.class)),
        section.value("staleness", ValueReader.INTEGER, Rule.atLeast(0)),
        section.value("threshold", ValueReader.NUMBER, Rule.positive()),
        section.value("minimum-sparsity", ValueReader.NUMBER, Rule.positiveFraction()),
        section.value("maximum-sparsity", ValueReader.NUMBER, Rule.positiveFraction()),
        section.value("residual-clip", ValueReader.NUMBER, Rule.positive()),
        section.value("residual-clip-every", ValueReader.INTEGER, Rule.atLeast(1)),
        section.value("combine", ValueReader.oneOf(Combine.class)),
        section.value("port-range", ValueReader.PORT_RANGE),
        section.value("network-mask", ValueReader.TEXT),
        section.value("timeout", ValueReader.DURATION, Rule.someTime()));
  }
}
