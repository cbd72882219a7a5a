package dev.sparkresnet.job.transport;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** Which peers answer a question. */
final class PeerAnswers {
  private final Set<String> answered = ConcurrentHashMap.newKeySet();

  /** A peer has answered. */
  void heard(String peer) {
    answered.add(peer);
  }

  /** Asks each peer once and returns those that do not answer within the time, in order. */
  List<String> missing(Set<String> peers, Consumer<String> ask, Duration wait) {
    answered.clear();
    peers.forEach(ask);
    boolean unused =
        Polling.until(() -> answered.containsAll(peers), wait, "find out who still answers");
    return peers.stream().filter(peer -> !answered.contains(peer)).sorted().toList();
  }
}
