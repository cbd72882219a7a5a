package dev.sparkresnet.job.sharing;

import dev.sparkresnet.job.exchange.Rounds;
import dev.sparkresnet.job.replica.HostFloats;
import dev.sparkresnet.job.replica.Replica;
import dev.sparkresnet.job.replica.StepTimes;
import dev.sparkresnet.job.replica.UpdateExchange;
import java.util.function.BooleanSupplier;

/**
 * Gradient sharing: the update of a step goes to the owners of its parts, and the parameters change
 * by the sums of all replicas' updates alone.
 */
final class SharedUpdates implements UpdateExchange {
  private final Replica replica;
  private final Rounds rounds;
  private final BooleanSupplier stop;
  private boolean agreedToStop;

  /**
   * @param stop whether this replica was asked to; all of them stop at the same step
   */
  SharedUpdates(Replica replica, Rounds rounds, BooleanSupplier stop) {
    this.replica = replica;
    this.rounds = rounds;
    this.stop = stop;
  }

  @Override
  public void exchange(int step, StepTimes times) {
    long begin = System.nanoTime();
    rounds.send(HostFloats.of(replica.step().update()), stop.getAsBoolean());
    long sent = System.nanoTime();
    times.add(StepTimes.Part.ENCODE, sent - begin);
    long waited = rounds.waitedNanos();
    HostFloats.change(
        replica.network().params(), parameters -> agreedToStop = rounds.applyDue(parameters));
    addApplying(times, sent, waited);
  }

  /** Applies what is still on its way, and makes the velocity the mean of all replicas'. */
  void finish(StepTimes times) {
    long begin = System.nanoTime();
    long waited = rounds.waitedNanos();
    HostFloats.change(replica.network().params(), rounds::drain);
    HostFloats.change(replica.step().velocity(), rounds::fold);
    addApplying(times, begin, waited);
  }

  private void addApplying(StepTimes times, long begin, long waitedBefore) {
    long waited = rounds.waitedNanos() - waitedBefore;
    times.add(StepTimes.Part.WAIT, waited);
    times.add(StepTimes.Part.APPLY, System.nanoTime() - begin - waited);
  }

  /** Whether all replicas end here, before the plan does. */
  boolean isAgreedToStop() {
    return agreedToStop;
  }
}
