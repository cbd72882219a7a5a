package dev.sparkresnet.job.launch;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a cluster manager has to be told besides.
 *
 * @param master the URL of the manager, empty if the cluster's own settings name it
 */
record ManagerSettings(String master, Environment environment) {
  private static final String DISCOVERY = "discover-gpus.sh";
  private static final String GPU = "spark.executor.resource.gpu.";

  boolean isKubernetes() {
    return master.startsWith("k8s://");
  }

  boolean isYarn() {
    return master.equals("yarn");
  }

  /** Whether it starts executors on other machines than this. */
  boolean isRemote() {
    return isYarn() || master.contains("://");
  }

  /** Pods need more than Spark puts into them by itself. */
  Map<String, String> podTemplates() {
    Map<String, String> settings = new LinkedHashMap<>();
    if (isKubernetes()) {
      Path template = environment.submit("kubernetes/pod-template.yaml");
      for (String role : List.of("driver", "executor")) {
        String prefix = "spark.kubernetes.%s.podTemplate".formatted(role);
        settings.put(prefix + "File", template.toString());
        settings.put(prefix + "ContainerName", "spark");
      }
    }
    return settings;
  }

  /** One for each executor, which is one replica. */
  Map<String, String> gpus() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put(GPU + "amount", "1");
    settings.put("spark.task.resource.gpu.amount", "1");
    settings.put(GPU + "discoveryScript", discovery());
    if (isKubernetes()) {
      settings.put(GPU + "vendor", "nvidia.com");
    }
    return settings;
  }

  /**
   * Executors on YARN find the script where they run; those on Kubernetes need it before they fetch
   * files, and Spark's image has one.
   */
  private String discovery() {
    if (isYarn()) {
      return "./" + DISCOVERY;
    }
    return isKubernetes()
        ? "/opt/spark/examples/src/main/scripts/getGpusResources.sh"
        : environment.submit(DISCOVERY).toString();
  }

  /** The script by which executors find GPUs, if it has to be shipped to them. */
  Optional<Path> shippedDiscovery() {
    return isYarn() ? Optional.of(environment.submit(DISCOVERY)) : Optional.empty();
  }
}
