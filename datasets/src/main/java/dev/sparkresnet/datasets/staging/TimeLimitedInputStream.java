package dev.sparkresnet.datasets.staging;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Fails when a read takes longer than a limit, for streams that would wait for ever. They must
 * release a waiting reader when they are closed.
 */
final class TimeLimitedInputStream extends InputStream {
  private final InputStream in;
  private final Duration limit;
  private final ExecutorService reader =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread thread = new Thread(task, "time-limited-reader");
            thread.setDaemon(true);
            return thread;
          });

  TimeLimitedInputStream(InputStream in, Duration limit) {
    this.in = in;
    this.limit = limit;
  }

  @Override
  public int read() throws IOException {
    byte[] single = new byte[1];
    return read(single, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(single[0]);
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    Future<Integer> count = reader.submit(() -> in.read(bytes, offset, length));
    try {
      return count.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new SocketTimeoutException("nothing came in %s s".formatted(limit.toMillis() / 1e3));
    } catch (ExecutionException e) {
      throw new IOException(e.getCause().getMessage(), e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    }
  }

  @Override
  public void close() throws IOException {
    reader.shutdownNow();
    in.close();
  }
}
