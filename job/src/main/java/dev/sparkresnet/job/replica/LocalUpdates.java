package dev.sparkresnet.job.replica;

/** Parameter averaging: a replica applies its updates, whole, to its own parameters alone. */
public final class LocalUpdates implements UpdateExchange {
  private final Replica replica;

  public LocalUpdates(Replica replica) {
    this.replica = replica;
  }

  @Override
  public void exchange(int step, StepTimes times) {
    long begin = System.nanoTime();
    replica.step().apply();
    times.add(StepTimes.Part.APPLY, System.nanoTime() - begin);
  }
}
