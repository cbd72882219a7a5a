package dev.sparkresnet.job.training;

/** Parameter averaging: a replica applies its updates, whole, to its own parameters alone. */
final class LocalUpdates implements UpdateExchange {
  private final Replica replica;

  LocalUpdates(Replica replica) {
    this.replica = replica;
  }

  @Override
  public void exchange(int step, StepTimes times) {
    long begin = System.nanoTime();
    replica.step().apply();
    times.add(StepTimes.Part.APPLY, System.nanoTime() - begin);
  }
}
