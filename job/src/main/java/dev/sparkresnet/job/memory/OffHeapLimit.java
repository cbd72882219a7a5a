package dev.sparkresnet.job.memory;

import org.bytedeco.javacpp.Pointer;
import org.nd4j.linalg.factory.Environment;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Has ND4J keep to {@code org.bytedeco.javacpp.maxbytes}.
 *
 * <p>Since 1.0.0-M2 libnd4j allocates arrays itself, past JavaCPP, which counts none of them: the
 * flag alone limits nothing. At this limit ND4J has the garbage collector look for arrays that
 * nobody uses any more, and fails if there are too few.
 */
public final class OffHeapLimit {
  private static final int HOST = 0;

  private OffHeapLimit() {}

  /** Sets the limit of this process; without the flag it is JavaCPP's, the size of the heap. */
  public static void enforce() {
    Environment environment = Nd4j.getEnvironment();
    if (environment.isCPU() && Pointer.maxBytes() > 0) {
      environment.setDeviceLimit(HOST, Pointer.maxBytes());
    }
  }

  /** Bytes of all arrays of this process, but for those in workspaces. */
  public static long bytesInUse() {
    return Nd4j.getEnvironment().getDeviceCouner(HOST);
  }
}
