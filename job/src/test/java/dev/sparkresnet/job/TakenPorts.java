package dev.sparkresnet.job;

import java.net.DatagramSocket;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;

/** UDP ports that follow each other, all of them in use. */
public final class TakenPorts implements AutoCloseable {
  private static final int FIRST = 42_000;

  private final List<DatagramSocket> sockets = new ArrayList<>();

  /** Takes so many. */
  public TakenPorts(int count) {
    for (int port = FIRST; sockets.size() < count; port++) {
      try {
        sockets.add(new DatagramSocket(port));
      } catch (SocketException takenByAnother) {
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
    sockets.forEach(DatagramSocket::close);
  }
}
