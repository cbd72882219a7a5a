package dev.sparkresnet.job.replica;

/** What becomes of the updates of a replica: the part of a step that ways of training differ in. */
public interface UpdateExchange {

  /**
   * Carries the update that the replica has just computed over to its parameters.
   *
   * @param step counted from 0 in the epoch
   * @param times where to add the time it takes
   */
  void exchange(int step, StepTimes times);
}
