package dev.sparkresnet.job.memory;

import java.util.List;

/**
 * What one process takes.
 *
 * @param arrays ND4J's arrays outside the heap, by purpose, the margin included
 * @param workspaceBytes DL4J's workspaces, which stock layers compute in
 * @param heapBytes the least heap
 */
public record ProcessMemory(List<Part> arrays, long workspaceBytes, long heapBytes) {
  /**
   * What the JVM takes besides its heap (code, classes, threads, buffers of Spark's network), and
   * what native code takes past ND4J. An executor of ResNet-50 took about 620 MB for it, by
   * subtraction from its resident memory.
   */
  static final long JVM_BYTES = 640L << 20;

  /**
   * Arrays for one purpose.
   *
   * @param purpose in a few words
   */
  public record Part(String purpose, long bytes) {}

  /** Copies the list. */
  public ProcessMemory {
    arrays = List.copyOf(arrays);
  }

  /** All arrays outside the heap. */
  public long offHeapBytes() {
    return arrays.stream().mapToLong(Part::bytes).sum();
  }

  /** Everything but the heap: what a cluster manager calls the memory overhead. */
  public long overheadBytes() {
    return offHeapBytes() + workspaceBytes + JVM_BYTES;
  }

  /** The whole process with a heap of a given size. */
  public long bytes(long heap) {
    return heap + overheadBytes();
  }
}
