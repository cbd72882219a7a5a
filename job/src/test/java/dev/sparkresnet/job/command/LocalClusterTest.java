package dev.sparkresnet.job.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;

class LocalClusterTest {
  private final Properties settings = new Properties();

  @Test
  void sharesTheCoresOfTheMachineAmongReplicas() {
    settings.setProperty("spark.executor.memory", "3g");
    settings.setProperty("spark.task.cpus", "4");
    LocalCluster.useUnlessClusterNamed(settings, 2, 9);
    assertThat(settings)
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "spark.master", "local-cluster[2,4,3072]",
                "spark.executor.memory", "3072m",
                "spark.executor.cores", "4",
                "spark.task.cpus", "4",
                "spark.executorEnv.OMP_NUM_THREADS", "4"));
  }

  @Test
  void givesEveryReplicaACoreWhenThereAreTooFew() {
    LocalCluster.useUnlessClusterNamed(settings, 3, 2);
    assertThat(settings)
        .containsEntry("spark.master", "local-cluster[3,1,1024]")
        .containsEntry("spark.task.cpus", "1");
  }

  @Test
  void leavesANamedClusterAlone() {
    settings.setProperty("spark.master", "yarn");
    LocalCluster.useUnlessClusterNamed(settings, 2, 8);
    assertThat(settings).containsExactlyEntriesOf(Map.of("spark.master", "yarn"));
  }
}
