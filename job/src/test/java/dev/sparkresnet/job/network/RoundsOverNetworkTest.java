package dev.sparkresnet.job.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sparkresnet.job.config.PortRange;
import dev.sparkresnet.job.exchange.Encoding;
import dev.sparkresnet.job.exchange.MissingPeerException;
import dev.sparkresnet.job.exchange.RoundReplay;
import dev.sparkresnet.job.exchange.Rounds;
import dev.sparkresnet.job.exchange.RoundsSettings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sums of several participants over real, secured connections. */
class RoundsOverNetworkTest {
  private static final int PARAMETERS = 100_000;
  private static final int ROUNDS = 10;
  private static final PortRange PORTS = new PortRange(44_000, 44_900);

  /** Participants with an exchange and a network each. */
  private static final class Replicas implements AutoCloseable {
    private final List<Rounds> rounds = new ArrayList<>();
    private final List<PeerNetwork> networks = new ArrayList<>();
    private final List<SlowRelay> relays = new ArrayList<>();

    Replicas(int count, Duration timeout) {
      AttemptSecret secret = AttemptSecret.derive(Optional.empty(), "test", "0");
      for (int self = 0; self < count; self++) {
        int number = self;
        rounds.add(
            new Rounds(
                new RoundsSettings(
                    count, self, PARAMETERS, Encoding.THRESHOLD, 0, 5, 5, 1, timeout),
                (peer, message) -> networks.get(number).send(peer, message)));
        PeerSettings settings =
            new PeerSettings("127.0.0.1", PORTS, count, 1, Duration.ofMinutes(1));
        networks.add(PeerNetwork.open(settings, secret, self, new Arrivals(rounds.get(self))));
      }
    }

    private List<Endpoint> endpoints() {
      return networks.stream().map(PeerNetwork::endpoint).toList();
    }

    Replicas connected() throws Exception {
      inAll(
          self ->
              () -> {
                networks.get(self).connect(endpoints());
                return null;
              });
      return this;
    }

    Replicas connectedSlowly() throws Exception {
      for (Endpoint endpoint : endpoints()) {
        relays.add(new SlowRelay(endpoint, 3_000));
      }
      List<Endpoint> late = relays.stream().map(SlowRelay::endpoint).toList();
      inAll(
          self ->
              () -> {
                networks.get(self).connect(late);
                return null;
              });
      return this;
    }

    <T> List<T> inAll(IntFunction<Callable<T>> work) throws Exception {
      ExecutorService threads = Executors.newCachedThreadPool();
      try {
        List<Future<T>> running = new ArrayList<>();
        for (int self = 0; self < rounds.size(); self++) {
          running.add(threads.submit(work.apply(self)));
        }
        List<T> results = new ArrayList<>();
        for (Future<T> each : running) {
          results.add(each.get());
        }
        return results;
      } finally {
        threads.shutdownNow();
      }
    }

    List<float[]> train() throws Exception {
      rounds.forEach(each -> each.begin(0, RoundReplay.THRESHOLD, (round, last, some) -> last));
      return inAll(self -> () -> train(self));
    }

    private float[] train(int self) {
      FloatBuffer parameters = FloatBuffer.allocate(PARAMETERS);
      for (int round = 0; round < ROUNDS; round++) {
        rounds.get(self).send(RoundReplay.update(PARAMETERS, 0.02, self + 100L * round), false);
        boolean unused = rounds.get(self).applyDue(parameters);
      }
      return parameters.array();
    }

    @Override
    public void close() throws IOException {
      rounds.forEach(Rounds::close);
      networks.forEach(PeerNetwork::close);
      for (SlowRelay relay : relays) {
        relay.close();
      }
    }
  }

  private record Arrivals(Rounds rounds) implements PeerNetwork.Receiver {
    @Override
    public void received(int sender, ByteBuffer message) {
      rounds.received(sender, message);
    }

    @Override
    public void lost(int sender, String why) {
      rounds.fail(new IllegalStateException("Cannot go on without replica " + sender));
    }
  }

  /** Every update is thresholds, so that nothing is kept for later. */
  private static float[] computedInOnePlace(int count) {
    float[] parameters = new float[PARAMETERS];
    for (int round = 0; round < ROUNDS; round++) {
      int[] counts = new int[PARAMETERS];
      for (int self = 0; self < count; self++) {
        FloatBuffer update = RoundReplay.update(PARAMETERS, 0.02, self + 100L * round);
        for (int i = 0; i < PARAMETERS; i++) {
          counts[i] -= (int) Math.signum(update.get(i));
        }
      }
      for (int i = 0; i < PARAMETERS; i++) {
        parameters[i] += counts[i] * RoundReplay.THRESHOLD;
      }
    }
    return parameters;
  }

  private static void assertThatAllHaveComeTo(float[] expected, List<float[]> found) {
    assertThat(found).allMatch(each -> Arrays.equals(each, expected));
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 5})
  void allComeToTheSumsThatAreComputedInOnePlace(int count) throws Exception {
    try (Replicas replicas = new Replicas(count, Duration.ofSeconds(30)).connected()) {
      assertThatAllHaveComeTo(computedInOnePlace(count), replicas.train());
    }
  }

  @Test
  @Tag("long")
  void sixtyFourComeToTheSumsThatAreComputedInOnePlace() throws Exception {
    try (Replicas replicas = new Replicas(64, Duration.ofMinutes(2)).connected()) {
      assertThatAllHaveComeTo(computedInOnePlace(64), replicas.train());
    }
  }

  @Test
  void delayWithJitterChangesNoBit() throws Exception {
    try (Replicas replicas = new Replicas(3, Duration.ofSeconds(30)).connectedSlowly()) {
      assertThatAllHaveComeTo(computedInOnePlace(3), replicas.train());
    }
  }

  @Test
  void aReplicaThatEndsInTheMiddleOfARoundEndsTheOthersAtOnce() throws Exception {
    try (Replicas replicas = new Replicas(3, Duration.ofMinutes(5)).connected()) {
      replicas.rounds.forEach(
          each -> each.begin(0, RoundReplay.THRESHOLD, (round, last, some) -> last));
      assertThatThrownBy(
              () ->
                  replicas.inAll(
                      self ->
                          () -> {
                            if (self == 1) {
                              replicas.networks.get(1).close();
                              return null;
                            }
                            return replicas.train(self);
                          }))
          .isInstanceOf(ExecutionException.class)
          .cause()
          .hasMessageMatching(
              "Cannot (go on without replica 1|send to replica 1: its connection has ended)");
    }
  }

  @Test
  void aReplicaThatStandsStillIsNamedAndNothingGrows() throws Exception {
    try (Replicas replicas = new Replicas(3, Duration.ofMillis(500)).connected()) {
      replicas.rounds.forEach(
          each -> each.begin(0, RoundReplay.THRESHOLD, (round, last, some) -> last));
      assertThatThrownBy(
              () -> replicas.inAll(self -> () -> self == 1 ? null : replicas.train(self)))
          .cause()
          .isInstanceOf(MissingPeerException.class)
          .hasMessageContaining("no update came from replica 1 ");
    }
  }

  @Test
  void twoRunsShareAHostAndItsPorts() throws Exception {
    try (Replicas one = new Replicas(2, Duration.ofSeconds(30));
        Replicas other = new Replicas(2, Duration.ofSeconds(30))) {
      List<float[]> first = one.connected().train();
      assertThatAllHaveComeTo(computedInOnePlace(2), other.connected().train());
      assertThatAllHaveComeTo(computedInOnePlace(2), first);
    }
  }
}
