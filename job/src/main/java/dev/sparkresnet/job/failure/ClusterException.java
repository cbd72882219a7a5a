package dev.sparkresnet.job.failure;

/** The cluster did not give the run what it needs, and may do so later. */
public final class ClusterException extends RunException {
  private static final long serialVersionUID = 1L;

  public ClusterException(String message) {
    this(message, null);
  }

  public ClusterException(String message, Throwable cause) {
    super(Outcome.CLUSTER, message, cause);
  }
}
