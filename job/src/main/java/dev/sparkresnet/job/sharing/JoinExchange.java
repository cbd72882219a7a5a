package dev.sparkresnet.job.sharing;

import dev.sparkresnet.job.network.AttemptSecret;
import dev.sparkresnet.job.network.Endpoint;
import dev.sparkresnet.job.replica.Replica;
import dev.sparkresnet.job.replica.ReplicaSetup;
import dev.sparkresnet.job.replica.ReplicaTask;
import dev.sparkresnet.job.spark.BarrierStage;
import dev.sparkresnet.job.spark.Placement;
import dev.sparkresnet.job.spark.Rendezvous;
import java.io.Serializable;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.BarrierTaskContext;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Connects all replicas with each other before the first minibatch: what is wrong with the
 * addresses and ports of a host ends the run here, within the timeout of gradient sharing.
 */
final class JoinExchange extends ReplicaTask<Integer, JoinExchange.Member> {
  private final AttemptSecret secret;

  /** A replica that takes part. */
  record Member(Placement placement, Endpoint endpoint) implements Serializable {}

  private JoinExchange(ReplicaSetup setup, AttemptSecret secret) {
    super(setup);
    this.secret = secret;
  }

  /**
   * Has as many executors as there are replicas join.
   *
   * @return the replicas by number
   */
  static List<Member> run(JavaSparkContext spark, ReplicaSetup setup, AttemptSecret secret) {
    return new JoinExchange(setup, secret)
        .on(BarrierStage.numbers(spark, setup.replicas()))
        .collect();
  }

  @Override
  protected Member run(Iterator<Integer> numbers, BarrierTaskContext task) {
    int number = numbers.next();
    Replica replica = Replica.of(setup);
    SharingEnd end =
        new SharingEnd(
            setup,
            secret,
            number,
            Math.toIntExact(replica.network().params().length()),
            replica.threads());
    replica.attach(end);
    end.connect(
        Rendezvous.allGather(task, "endpoint", end.endpoint().toString()).stream()
            .map(Endpoint::parse)
            .toList());
    List<String> unused = Rendezvous.allGather(task, "connected", "");
    return new Member(Placement.ofThisJvm(number, replica.device()), end.endpoint());
  }
}
