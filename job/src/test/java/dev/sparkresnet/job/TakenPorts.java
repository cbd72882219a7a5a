package dev.sparkresnet.job;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;

/** TCP ports that follow each other, all of them in use. */
public final class TakenPorts implements AutoCloseable {
  private static final int FIRST = 42_000;

  private final List<ServerSocket> sockets = new ArrayList<>();

  /** Takes so many. */
  public TakenPorts(int count) {
    for (int port = FIRST; sockets.size() < count; port++) {
      try {
        sockets.add(new ServerSocket(port));
      } catch (IOException takenByAnother) {
        close();
        sockets.clear();
      }
    }
  }

  /** Their range, as the configuration has it. */
  @Override
  public String toString() {
    int first = sockets.get(0).getLocalPort();
    return first + "-" + (first + sockets.size() - 1);
  }

  @Override
  public void close() {
    for (ServerSocket socket : sockets) {
      try {
        socket.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
