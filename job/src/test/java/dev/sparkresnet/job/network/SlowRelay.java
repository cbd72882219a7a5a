package dev.sparkresnet.job.network;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Hands on what it gets in pieces of any length, each of them late by as much as it likes. */
final class SlowRelay implements Closeable {
  private static final int LONGEST_PIECE = 5_000;

  private final ServerSocket server;
  private final Endpoint target;
  private final long longestDelayNanos;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();

  /** A relay to where something listens. */
  SlowRelay(Endpoint target, long longestDelayMicros) throws IOException {
    this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    this.target = target;
    this.longestDelayNanos = TimeUnit.MICROSECONDS.toNanos(longestDelayMicros);
    threads.execute(this::accept);
  }

  Endpoint endpoint() {
    return new Endpoint(server.getInetAddress().getHostAddress(), server.getLocalPort());
  }

  private void accept() {
    try {
      while (true) {
        Socket in = server.accept();
        Socket out = new Socket(target.host(), target.port());
        sockets.addAll(List.of(in, out));
        threads.execute(() -> handOn(in, out));
        threads.execute(() -> handOn(out, in));
      }
    } catch (IOException e) {
      // Closed.
    }
  }

  private void handOn(Socket from, Socket to) {
    Random random = new Random(from.getPort());
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      byte[] piece = new byte[LONGEST_PIECE];
      for (int length = in.read(piece, 0, 1 + random.nextInt(LONGEST_PIECE));
          length >= 0;
          length = in.read(piece, 0, 1 + random.nextInt(LONGEST_PIECE))) {
        LockSupport.parkNanos((long) (random.nextDouble() * longestDelayNanos));
        out.write(piece, 0, length);
      }
    } catch (IOException e) {
      // One side is gone, and with it the other.
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    for (Socket socket : sockets) {
      socket.close();
    }
    threads.shutdownNow();
  }
}
