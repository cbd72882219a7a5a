package dev.sparkresnet.job.launch;

import java.util.Locale;

/** Where the driver runs. */
enum DeployMode {
  /** In the process that was started here. */
  CLIENT,
  /** On the cluster, with the files that were shipped to it. */
  CLUSTER;

  /** As Spark spells it. */
  String spelling() {
    return name().toLowerCase(Locale.ROOT);
  }
}
