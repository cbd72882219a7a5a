package dev.sparkresnet.datasets.staging;

/** Hears how far a copy has come. */
@FunctionalInterface
public interface ProgressListener {
  /** Called after each piece, on the thread that copies; {@code bytesTotal} is -1 if not known. */
  void progress(long bytesDone, long bytesTotal);
}
