package dev.sparkresnet.job.exchange;

import java.util.List;

/** Participants that did not send in time what the others wait for. */
public final class MissingPeerException extends IllegalStateException {
  private final List<Integer> peers;

  MissingPeerException(String message, List<Integer> peers) {
    super(message);
    this.peers = List.copyOf(peers);
  }

  /** Who is missing. */
  public List<Integer> peers() {
    return peers;
  }
}
