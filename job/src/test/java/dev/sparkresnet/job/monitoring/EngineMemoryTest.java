package dev.sparkresnet.job.monitoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.memory.conf.WorkspaceConfiguration;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class EngineMemoryTest {
  private static final int FLOATS = 4_000_000;
  private static final double MEGABYTE = 1e6;

  @Test
  void countsArraysUntilTheyAreClosed() {
    double before = offHeap();
    INDArray array = Nd4j.create(FLOATS);
    assertThat(offHeap() - before).isCloseTo(16 * MEGABYTE, within(MEGABYTE));
    array.close();
    assertThat(offHeap() - before).isCloseTo(0, within(MEGABYTE));
  }

  @Test
  void countsWorkspacesUntilTheyAreDestroyed() {
    double before = offHeap();
    WorkspaceConfiguration size = WorkspaceConfiguration.builder().initialSize(16_000_000).build();
    try (MemoryWorkspace workspace =
        Nd4j.getWorkspaceManager().getAndActivateWorkspace(size, "EngineMemoryTest")) {
      assertThat(workspace.getCurrentSize()).isGreaterThanOrEqualTo(16_000_000);
      assertThat(offHeap() - before).isBetween(16 * MEGABYTE, 32 * MEGABYTE);
    }
    Nd4j.getWorkspaceManager().destroyAllWorkspacesForCurrentThread();
    assertThat(offHeap() - before).isCloseTo(0, within(MEGABYTE));
  }

  private static double offHeap() {
    Map<String, Double> bytes = new EngineMemory(0).bytes();
    assertThat(bytes).containsOnlyKeys("off_heap_bytes");
    return bytes.get("off_heap_bytes");
  }

  @Test
  void showsTheDeviceOfTheReplicaOnly() {
    Properties environment = new Properties();
    environment.put("backend", "CUDA");
    environment.put("cuda.devicesInformation", List.of(device(1e9, 4e9), device(2e9, 8e9)));
    assertThat(EngineMemory.ofDevice(environment, 1))
        .containsOnly(entry("gpu_used_bytes", 6e9), entry("gpu_total_bytes", 8e9));
    assertThat(EngineMemory.ofDevice(environment, 2)).isEmpty();
  }

  @Test
  void showsNoDeviceOfABackendWithout() {
    assertThat(EngineMemory.ofDevice(Nd4j.getExecutioner().getEnvironmentInformation(), 0))
        .isEmpty();
  }

  private static Map<String, Object> device(double free, double total) {
    return Map.of("cuda.freeMemory", (long) free, "cuda.totalMemory", (long) total);
  }
}
