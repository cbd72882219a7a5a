package dev.sparkresnet.job.sharing;

import dev.sparkresnet.job.config.GradientSharingConfig;
import dev.sparkresnet.job.exchange.Encoding;
import dev.sparkresnet.job.exchange.MissingPeerException;
import dev.sparkresnet.job.exchange.Rounds;
import dev.sparkresnet.job.exchange.RoundsSettings;
import dev.sparkresnet.job.network.AttemptSecret;
import dev.sparkresnet.job.network.Endpoint;
import dev.sparkresnet.job.network.LocalAddress;
import dev.sparkresnet.job.network.PeerNetwork;
import dev.sparkresnet.job.network.PeerSettings;
import dev.sparkresnet.job.replica.ReplicaSetup;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/** A replica's end of the exchange: its connections to the others, and the rounds over them. */
final class SharingEnd implements AutoCloseable {
  /** Two or three short messages a step, or as fast as the network is. */
  private static final int NETWORK_THREADS = 2;

  private final int number;
  private final Rounds rounds;
  private final PeerNetwork network;
  private List<Endpoint> members = List.of();

  /**
   * Opens a port, and connects to nobody yet.
   *
   * @param parameters of the network
   * @param threads to compute with
   */
  SharingEnd(ReplicaSetup setup, AttemptSecret secret, int number, int parameters, int threads) {
    GradientSharingConfig sharing = setup.sharing();
    this.number = number;
    this.rounds = new Rounds(settings(setup, number, parameters, threads), this::send);
    this.network = openOrClose(setup, secret, sharing);
  }

  private PeerNetwork openOrClose(
      ReplicaSetup setup, AttemptSecret secret, GradientSharingConfig sharing) {
    try {
      PeerSettings settings =
          new PeerSettings(
              LocalAddress.ofExecutor(sharing.networkMask()).getHostAddress(),
              sharing.portRange(),
              setup.replicas(),
              NETWORK_THREADS,
              sharing.timeout());
      return PeerNetwork.open(settings, secret, number, new Arrivals());
    } catch (RuntimeException e) {
      rounds.close();
      throw e;
    }
  }

  private static RoundsSettings settings(
      ReplicaSetup setup, int number, int parameters, int threads) {
    GradientSharingConfig sharing = setup.sharing();
    return new RoundsSettings(
        setup.replicas(),
        number,
        parameters,
        encoding(sharing),
        sharing.staleness(),
        (float) sharing.residualClip(),
        sharing.residualClipEvery(),
        threads,
        sharing.timeout());
  }

  private static Encoding encoding(GradientSharingConfig sharing) {
    return switch (sharing.encoding()) {
      case THRESHOLD -> Encoding.THRESHOLD;
      case DENSE ->
          switch (sharing.densePrecision()) {
            case FLOAT32 -> Encoding.DENSE_FLOAT32;
            case BFLOAT16 -> Encoding.DENSE_BFLOAT16;
          };
    };
  }

  private void send(int peer, ByteBuffer message) {
    network.send(peer, message);
  }

  int number() {
    return number;
  }

  Endpoint endpoint() {
    return network.endpoint();
  }

  /** Connects to all others, whose numbers are their places in the list. */
  void connect(List<Endpoint> endpoints) {
    members = List.copyOf(endpoints);
    network.connect(members);
  }

  /** The rounds; what they throw for want of a peer is told by {@link #naming}. */
  Rounds rounds() {
    return rounds;
  }

  /**
   * Does work with the rounds.
   *
   * @throws IllegalStateException with the addresses of those that are waited for in vain
   */
  <T> T naming(Supplier<T> work) {
    try {
      return work.get();
    } catch (MissingPeerException e) {
      List<String> missing = new ArrayList<>();
      e.peers().forEach(peer -> missing.add("replica " + peer + " at " + members.get(peer)));
      throw new IllegalStateException(
          String.format(
              Locale.ROOT,
              "%s (training.gradient-sharing.timeout); this is replica %d at %s, missing is %s",
              e.getMessage(),
              number,
              endpoint(),
              String.join(", ", missing)),
          e);
    }
  }

  @Override
  public void close() {
    rounds.close();
    network.close();
  }

  /** Hands what arrives to the rounds. */
  private final class Arrivals implements PeerNetwork.Receiver {
    @Override
    public void received(int sender, ByteBuffer message) {
      rounds.received(sender, message);
    }

    @Override
    public void lost(int sender, String why) {
      rounds.fail(
          new IllegalStateException(
              String.format(
                  Locale.ROOT,
                  "Cannot go on without replica %d: %s (this is replica %d at %s)",
                  sender,
                  why,
                  number,
                  endpoint())));
    }
  }
}
