package dev.sparkresnet.job.monitoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
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
  void countsOnAGpuWhatIsNotFree() {
    assertThat(EngineMemory.onDevice(8_000_000_000L, 2_000_000_000L))
        .containsOnly(entry("gpu_total_bytes", 8e9), entry("gpu_used_bytes", 6e9));
  }
}
