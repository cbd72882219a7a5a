package dev.sparkresnet.job.sharing;

import dev.sparkresnet.job.exchange.Figures;
import dev.sparkresnet.job.exchange.Rounds;
import dev.sparkresnet.job.network.LocalAddress;
import dev.sparkresnet.job.replica.AdaptiveThreshold;
import dev.sparkresnet.job.replica.EncodingSample;
import dev.sparkresnet.job.replica.EpochPlan;
import dev.sparkresnet.job.replica.LocalUpdates;
import dev.sparkresnet.job.replica.Replica;
import dev.sparkresnet.job.replica.ReplicaReport;
import dev.sparkresnet.job.replica.ReplicaSetup;
import dev.sparkresnet.job.replica.ReplicaTask;
import dev.sparkresnet.job.replica.SharingReport;
import dev.sparkresnet.job.replica.TrainingLoop;
import dev.sparkresnet.job.spark.Rendezvous;
import dev.sparkresnet.job.state.FlatVector;
import dev.sparkresnet.job.state.NetworkState;
import java.io.Serializable;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.spark.BarrierTaskContext;
import org.apache.spark.broadcast.Broadcast;
import org.nd4j.linalg.dataset.DataSet;

/**
 * Some steps of gradient sharing, as one replica sees it.
 *
 * <p>All replicas do the same steps, also when they are asked to stop: the request travels with the
 * updates, so that all of them see it in the sum of the same step.
 */
final class SharingEpoch extends ReplicaTask<DataSet, SharingEpoch.Result> {
  private static final String IN_PLACE = "";
  private static final int SAMPLES_AN_EPOCH = 32;
  private static final int BRINGS_STATE = 0;

  private final EpochPlan plan;
  private final Broadcast<NetworkState> state;

  /**
   * What a replica brings back.
   *
   * @param misplaced replicas that are not where they joined the exchange; then there is nothing
   *     else
   * @param reports that of this replica
   * @param velocity checksum of the optimiser's state
   * @param states what all replicas have come to, from one of them; none if they were stopped
   */
  record Result(
      List<String> misplaced, List<ReplicaReport> reports, long velocity, List<NetworkState> states)
      implements Serializable {}

  SharingEpoch(ReplicaSetup setup, EpochPlan plan, Broadcast<NetworkState> state) {
    super(setup);
    this.plan = plan;
    this.state = state;
  }

  @Override
  protected Result run(Iterator<DataSet> minibatches, BarrierTaskContext task) {
    int number = task.partitionId();
    Replica replica = Replica.of(setup);
    if (setup.replicas() == 1) {
      return alone(replica, minibatches);
    }
    Optional<SharingEnd> end =
        replica.attached(SharingEnd.class).filter(it -> it.number() == number);
    end.ifPresent(it -> begin(it.rounds()));
    List<String> misplaced =
        Rendezvous.allGather(task, "in place", end.isPresent() ? IN_PLACE : misplaced(number))
            .stream()
            .filter(who -> !who.equals(IN_PLACE))
            .toList();
    if (!misplaced.isEmpty()) {
      return new Result(misplaced, List.of(), 0, List.of());
    }
    replica.start(state);
    return end.orElseThrow().naming(() -> train(replica, end.orElseThrow(), minibatches));
  }

  /** Nothing is kept for later, so that it can end after any step. */
  private Result alone(Replica replica, Iterator<DataSet> minibatches) {
    replica.start(state);
    try (StepReporter reporter = new StepReporter()) {
      TrainingLoop loop =
          new TrainingLoop(
              replica,
              plan,
              BRINGS_STATE,
              minibatches,
              new LocalUpdates(replica),
              reporter::accept);
      loop.train(reporter::isAskedToStop);
      ReplicaReport report = loop.report(LocalAddress.sparkHost(), SharingReport.NONE);
      NetworkState end =
          new NetworkState(replica.parameters(), replica.velocity(), state.value().threshold());
      return new Result(List.of(), List.of(report), end.velocity().checksum(), List.of(end));
    }
  }

  private static String misplaced(int number) {
    return String.format(
        Locale.ROOT, "replica %d on executor %s", number, LocalAddress.executorId());
  }

  private void begin(Rounds rounds) {
    float threshold = (float) state.value().threshold();
    rounds.begin(
        plan.iteration(plan.firstStep()),
        threshold,
        new AdaptiveThreshold(setup.sharing(), threshold));
  }

  private Result train(Replica replica, SharingEnd end, Iterator<DataSet> minibatches) {
    Rounds rounds = end.rounds();
    try (StepReporter reporter = new StepReporter()) {
      SharedUpdates exchange = new SharedUpdates(replica, rounds, reporter::isAskedToStop);
      TrainingLoop loop =
          new TrainingLoop(replica, plan, end.number(), minibatches, exchange, reporter::accept);
      loop.train(exchange::isAgreedToStop);
      loop.finish(exchange::finish);
      Figures figures = rounds.figures();
      replica.figures().exchanged(figures.sentBytes(), figures.receivedBytes());
      ReplicaReport report = loop.report(end.endpoint().toString(), sharing(figures, rounds));
      return result(replica, end, report);
    }
  }

  private Result result(Replica replica, SharingEnd end, ReplicaReport report) {
    FlatVector velocity = replica.velocity();
    boolean isDone = report.minibatches() == plan.minibatches();
    List<NetworkState> states =
        isDone && end.number() == BRINGS_STATE
            ? List.of(
                new NetworkState(replica.parameters(), velocity, report.sharing().threshold()))
            : List.of();
    return new Result(List.of(), List.of(report), velocity.checksum(), states);
  }

  private SharingReport sharing(Figures figures, Rounds rounds) {
    return new SharingReport(
        figures.rounds(),
        figures.sentBytes(),
        figures.receivedBytes(),
        waited(figures),
        samples(figures.samples()),
        rounds.threshold() > 0 ? rounds.threshold() : state.value().threshold());
  }

  private static Map<Integer, Duration> waited(Figures figures) {
    Map<Integer, Duration> waited = new TreeMap<>();
    for (int peer = 0; peer < figures.waitedNanos().size(); peer++) {
      waited.put(peer, Duration.ofNanos(figures.waitedNanos().get(peer)));
    }
    return waited;
  }

  private List<EncodingSample> samples(List<Figures.Sample> all) {
    int distance = Math.max(1, all.size() / SAMPLES_AN_EPOCH);
    int last = plan.iteration(plan.firstStep()) + all.size() - 1;
    return all.stream()
        .filter(sample -> sample.threshold() > 0)
        .filter(
            sample ->
                (sample.round() - plan.iteration(plan.firstStep())) % distance == 0
                    || sample.round() == last)
        .map(
            sample ->
                new EncodingSample(
                    sample.round() - plan.iteration(0), sample.threshold(), sample.sparsity()))
        .toList();
  }
}
