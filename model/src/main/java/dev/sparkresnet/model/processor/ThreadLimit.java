package dev.sparkresnet.model.processor;

import java.util.Locale;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOpsHolder;

/**
 * How many threads an operation may use.
 *
 * <p>The process decides at its start, by {@code OMP_NUM_THREADS} or the cores there are. Later the
 * limit can be lowered and raised again for the calling thread, but libnd4j's own loops never use
 * more threads than at the start, so that a higher limit would hold for half of the work only.
 */
public final class ThreadLimit {
  private ThreadLimit() {}

  /** The limit that the process started with. */
  public static int highest() {
    return Nd4j.getEnvironment().maxThreads();
  }

  /**
   * Sets the limit for what the calling thread does from now on.
   *
   * @throws IllegalArgumentException if it is below 1 or above {@link #highest()}
   */
  public static void set(int threads) {
    if (threads < 1 || threads > highest()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Cannot compute with %d threads: this process has 1 to %d, as OMP_NUM_THREADS said at its start",
              threads,
              highest()));
    }
    NativeOpsHolder.getInstance().getDeviceNativeOps().setOmpNumThreads(threads);
    // OpenBLAS, which the stock layers multiply with, has threads of its own.
    Nd4j.factory().blas().setMaxThreads(threads);
  }
}
