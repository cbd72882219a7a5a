package dev.sparkresnet.job.preflight.measure;

import dev.sparkresnet.job.config.GradientSharingConfig;
import dev.sparkresnet.job.config.PortRange;
import dev.sparkresnet.job.config.TrainingConfig;
import dev.sparkresnet.job.failure.UserErrorException;
import dev.sparkresnet.job.network.AttemptSecret;
import dev.sparkresnet.job.network.Endpoint;
import dev.sparkresnet.job.network.LocalAddress;
import dev.sparkresnet.job.network.PeerNetwork;
import dev.sparkresnet.job.network.PeerSettings;
import dev.sparkresnet.job.spark.Rendezvous;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.spark.BarrierTaskContext;

/**
 * Connects all executors with each other as replicas do: the same ports, the same handshake.
 *
 * @param secret of this trial
 */
public record ExchangeTrial(
    PortRange ports, String networkMask, int executors, Duration timeout, AttemptSecret secret)
    implements ExecutorStage.Work<ExchangeTrial.Result> {
  /** A handshake needs milliseconds; a host may be busy. */
  private static final Duration LONGEST = Duration.ofSeconds(10);

  private static final String NO_PORT = "";

  /**
   * What an executor found.
   *
   * @param endpoint where it listened, empty if nowhere
   * @param problem empty if it reached all others
   */
  public record Result(Place place, String endpoint, String problem) implements Serializable {}

  /** That of a run. */
  public static ExchangeTrial of(TrainingConfig config, int executors) {
    GradientSharingConfig sharing = config.gradientSharing();
    Duration timeout = sharing.timeout().compareTo(LONGEST) < 0 ? sharing.timeout() : LONGEST;
    return new ExchangeTrial(
        sharing.portRange(),
        sharing.networkMask(),
        executors,
        timeout,
        AttemptSecret.derive(Optional.empty(), "preflight", UUID.randomUUID().toString()));
  }

  @Override
  public Result run(int task) {
    BarrierTaskContext barrier = BarrierTaskContext.get();
    try (PeerNetwork network = open(task)) {
      String own = network.endpoint().toString();
      List<String> all = Rendezvous.allGather(barrier, "exchange trial", own);
      String problem = all.contains(NO_PORT) ? "" : connect(network, all);
      List<String> unused = Rendezvous.allGather(barrier, "exchange tried", "");
      return new Result(Place.ofThisJvm(), own, problem);
    } catch (IllegalStateException | UserErrorException e) {
      List<String> unused = Rendezvous.allGather(barrier, "exchange trial", NO_PORT);
      unused = Rendezvous.allGather(barrier, "exchange tried", "");
      return new Result(Place.ofThisJvm(), NO_PORT, e.getMessage());
    }
  }

  private PeerNetwork open(int task) {
    String address = LocalAddress.ofExecutor(networkMask).getHostAddress();
    return PeerNetwork.open(
        new PeerSettings(address, ports, executors, 1, timeout), secret, task, new Nobody());
  }

  private static String connect(PeerNetwork network, List<String> all) {
    try {
      network.connect(all.stream().map(Endpoint::parse).toList());
      return "";
    } catch (UserErrorException e) {
      return e.getMessage();
    }
  }

  /** Connections are all that is tried. */
  private static final class Nobody implements PeerNetwork.Receiver {
    @Override
    public void received(int sender, ByteBuffer message) {}

    @Override
    public void lost(int sender, String why) {}
  }
}
