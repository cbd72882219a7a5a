package dev.sparkresnet.job.device;

import java.io.Serializable;
import java.util.List;
import java.util.Locale;

/**
 * What CUDA says about a GPU.
 *
 * @param name as its maker sells it
 * @param major first number of its compute capability
 * @param minor second number of its compute capability
 */
public record Gpu(String name, int major, int minor, long freeBytes, long totalBytes)
    implements Serializable {

  /**
   * The compute capabilities that nd4j-cuda-11.6 1.0.0-M2.1 holds machine code for, as read from
   * its fat binaries. It holds no PTX, from which the driver could make code for others.
   */
  private static final List<int[]> KERNELS =
      List.of(
          new int[] {3, 7},
          new int[] {5, 0},
          new int[] {5, 2},
          new int[] {6, 0},
          new int[] {6, 1},
          new int[] {7, 0},
          new int[] {7, 5},
          new int[] {8, 0},
          new int[] {8, 6});

  /** What {@link #hasKernels} accepts, for messages. */
  static final String SUPPORTED = "3.7 and 5.0 to 8.9";

  /**
   * Whether ND4J's published kernels run on it: machine code runs on GPUs of the same major compute
   * capability and the same or a higher minor one (CUDA C++ Programming Guide, "Binary
   * Compatibility").
   */
  boolean hasKernels() {
    return KERNELS.stream().anyMatch(kernel -> kernel[0] == major && kernel[1] <= minor);
  }

  /** Such as {@code Tesla T4, compute capability 7.5}. */
  String model() {
    return String.format(Locale.ROOT, "%s, compute capability %d.%d", name, major, minor);
  }

  /** Such as {@code 14.9 of 15.8 GB free}, with GB of 10^9 bytes. */
  String memory() {
    return String.format(Locale.ROOT, "%.1f of %.1f GB free", freeBytes / 1e9, totalBytes / 1e9);
  }
}
