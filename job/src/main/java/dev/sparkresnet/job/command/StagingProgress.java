package dev.sparkresnet.job.command;

import dev.sparkresnet.datasets.staging.ProgressListener;
import dev.sparkresnet.job.metrics.ProgressDisplay;

/** Shows how far a copy has come, from the moment its size is known. */
final class StagingProgress implements ProgressListener, AutoCloseable {
  private static final int BYTES_PER_MEGABYTE = 1_000_000;

  private ProgressDisplay display;

  @Override
  public void progress(long bytesDone, long bytesTotal) {
    if (display == null) {
      display = ProgressDisplay.start("copy (MB)", megabytes(bytesTotal));
    }
    display.stepTo(megabytes(bytesDone));
  }

  private static long megabytes(long bytes) {
    return bytes < 0 ? bytes : bytes / BYTES_PER_MEGABYTE;
  }

  @Override
  public void close() {
    if (display != null) {
      display.close();
    }
  }
}
