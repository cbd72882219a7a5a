package dev.sparkresnet.job.exchange;

import java.nio.ByteBuffer;

/** Carries messages to other participants, in the order in which they are given. */
@FunctionalInterface
public interface Wire {
  /**
   * Sends a message, and may wait until there is room for it.
   *
   * @param message unchanged until the receiver has it
   * @throws RuntimeException if it cannot be sent
   */
  void send(int peer, ByteBuffer message);
}
