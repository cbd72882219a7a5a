package dev.sparkresnet.datasets;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Fails once more bytes are read or skipped than were last allowed. */
final class MeteredInputStream extends FilterInputStream {
  private long allowed;

  MeteredInputStream(InputStream in) {
    super(in);
  }

  /** Sets how many more bytes may be taken. */
  void allow(long bytes) {
    allowed = bytes;
  }

  @Override
  public int read() throws IOException {
    int value = in.read();
    if (value >= 0) {
      take(1);
    }
    return value;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    int count = in.read(bytes, offset, length);
    take(Math.max(0, count));
    return count;
  }

  @Override
  public long skip(long count) throws IOException {
    long skipped = in.skip(Math.min(count, allowed + 1));
    take(skipped);
    return skipped;
  }

  @Override
  public boolean markSupported() {
    return false;
  }

  private void take(long bytes) throws IOException {
    allowed -= bytes;
    if (allowed < 0) {
      throw new IOException("it has more between its entries than an archive of batches can have");
    }
  }
}
