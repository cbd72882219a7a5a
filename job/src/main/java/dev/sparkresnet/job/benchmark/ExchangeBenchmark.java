package dev.sparkresnet.job.benchmark;

import dev.sparkresnet.job.config.GradientSharingConfig;
import dev.sparkresnet.job.exchange.Encoding;
import dev.sparkresnet.job.exchange.Figures;
import dev.sparkresnet.job.exchange.RoundReplay;
import dev.sparkresnet.job.exchange.Rounds;
import dev.sparkresnet.job.exchange.RoundsSettings;
import dev.sparkresnet.job.network.AttemptSecret;
import dev.sparkresnet.job.network.Endpoint;
import dev.sparkresnet.job.network.PeerNetwork;
import dev.sparkresnet.job.network.PeerSettings;
import dev.sparkresnet.job.thread.DaemonThreads;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Rounds of several participants in this process over real sockets of its loopback interface,
 * authenticated and encrypted as between replicas, with updates that are made up: what an exchange
 * costs that waits for no computation.
 */
final class ExchangeBenchmark implements AutoCloseable {
  private static final String HERE = InetAddress.getLoopbackAddress().getHostAddress();

  private final GradientSharingConfig sharing;
  private final int parameters;
  private final List<Rounds> participants = new ArrayList<>();
  private final List<PeerNetwork> networks = new ArrayList<>();

  /**
   * What a round took.
   *
   * @param seconds of a round, on average
   * @param sentBytes of a participant in a round
   * @param sumSeconds of an owner in a round
   * @param waitedSeconds of a participant in a round
   */
  record Cost(
      int participants,
      double seconds,
      double sentBytes,
      double sumSeconds,
      double waitedSeconds) {}

  private ExchangeBenchmark(GradientSharingConfig sharing, int parameters, int count, int threads) {
    this.sharing = sharing;
    this.parameters = parameters;
    AttemptSecret secret = AttemptSecret.derive(Optional.empty(), "benchmark", "0");
    for (int self = 0; self < count; self++) {
      PeerNetwork[] network = new PeerNetwork[1];
      Rounds rounds =
          new Rounds(
              settings(count, self, threads), (peer, message) -> network[0].send(peer, message));
      network[0] = PeerNetwork.open(peers(count), secret, self, new Arrivals(rounds));
      participants.add(rounds);
      networks.add(network[0]);
    }
  }

  private RoundsSettings settings(int count, int self, int threads) {
    return new RoundsSettings(
        count,
        self,
        parameters,
        Encoding.THRESHOLD,
        sharing.staleness(),
        (float) sharing.residualClip(),
        sharing.residualClipEvery(),
        threads,
        sharing.timeout());
  }

  private PeerSettings peers(int count) {
    return new PeerSettings(HERE, sharing.portRange(), count, 1, sharing.timeout());
  }

  /**
   * Measures some rounds after as many that do not count.
   *
   * @param sparsity share of the parameters that each participant sends in a round
   * @param threads that each of them computes with
   */
  static Cost run(
      GradientSharingConfig sharing,
      int parameters,
      int participants,
      double sparsity,
      int threads,
      int rounds) {
    try (ExchangeBenchmark benchmark =
        new ExchangeBenchmark(sharing, parameters, participants, threads)) {
      List<Endpoint> endpoints = benchmark.networks.stream().map(PeerNetwork::endpoint).toList();
      benchmark.inAll(self -> benchmark.networks.get(self).connect(endpoints));
      List<FloatBuffer> updates = new ArrayList<>();
      List<FloatBuffer> targets = new ArrayList<>();
      for (int self = 0; self < participants; self++) {
        updates.add(RoundReplay.update(parameters, sparsity, self));
        targets.add(FloatBuffer.allocate(parameters));
      }
      benchmark.train(rounds, updates, targets);
      long begin = System.nanoTime();
      benchmark.train(rounds, updates, targets);
      return benchmark.cost((System.nanoTime() - begin) / 1e9 / rounds, rounds);
    }
  }

  private void train(int rounds, List<FloatBuffer> updates, List<FloatBuffer> targets) {
    participants.forEach(
        each -> each.begin(0, RoundReplay.THRESHOLD, (round, last, sparsity) -> last));
    inAll(
        self -> {
          Rounds own = participants.get(self);
          for (int round = 0; round < rounds; round++) {
            own.send(updates.get(self), false);
            boolean unused = own.applyDue(targets.get(self));
          }
          own.drain(targets.get(self));
        });
  }

  private interface Work {
    void run(int self);
  }

  private void inAll(Work work) {
    ExecutorService threads = Executors.newCachedThreadPool(new DaemonThreads("participant"));
    try {
      List<Future<?>> running = new ArrayList<>();
      for (int self = 0; self < participants.size(); self++) {
        int number = self;
        running.add(threads.submit(() -> work.run(number)));
      }
      for (Future<?> each : running) {
        each.get();
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException(
          "Cannot measure the exchange: " + e.getCause().getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Cannot measure the exchange: interrupted", e);
    } finally {
      threads.shutdownNow();
    }
  }

  private Cost cost(double seconds, int rounds) {
    double sent = 0;
    double summing = 0;
    double waiting = 0;
    for (Rounds each : participants) {
      Figures figures = each.figures();
      sent += figures.sentBytes();
      summing += figures.summingNanos() / 1e9;
      waiting += each.waitedNanos() / 1e9 / 2;
    }
    int all = participants.size() * rounds;
    return new Cost(participants.size(), seconds, sent / all, summing / all, waiting / all);
  }

  @Override
  public void close() {
    participants.forEach(Rounds::close);
    networks.forEach(PeerNetwork::close);
  }

  /** Hands what arrives to the rounds. */
  private record Arrivals(Rounds rounds) implements PeerNetwork.Receiver {
    @Override
    public void received(int sender, ByteBuffer message) {
      rounds.received(sender, message);
    }

    @Override
    public void lost(int sender, String why) {
      rounds.fail(new IllegalStateException("participant " + sender + " is gone: " + why));
    }
  }
}
