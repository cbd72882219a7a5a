package dev.sparkresnet.job.monitoring;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.DoubleAdder;

/**
 * What the replicas of this executor have done since its JVM started, and what they hold now.
 *
 * <p>Replicas come and go with the attempts of a run, Spark's plugin lives as long as the executor,
 * and neither knows the other: they meet here.
 */
public final class ReplicaFigures {
  static final String MINIBATCHES = "minibatches";
  static final String SENT_BYTES = "sent_bytes";
  static final String RECEIVED_BYTES = "received_bytes";

  private static final ReplicaFigures OF_THIS_JVM = new ReplicaFigures();

  private final Map<String, DoubleAdder> sums = new ConcurrentHashMap<>();
  private volatile EngineMemory memory;

  ReplicaFigures() {
    add(MINIBATCHES, 0);
  }

  public static ReplicaFigures ofThisJvm() {
    return OF_THIS_JVM;
  }

  /** A replica has its network on this device of ND4J; until then the engine is not touched. */
  public void replicaIsOn(int device) {
    memory = new EngineMemory(device);
  }

  /** Another minibatch was trained on. */
  public void minibatchDone() {
    add(MINIBATCHES, 1);
  }

  /**
   * Time went into a part of training.
   *
   * @param part a word in lower case
   */
  public void spent(String part, Duration time) {
    add(part + "_seconds", time.toNanos() / 1e9);
  }

  /** Bytes went to the other replicas and came from them. */
  public void exchanged(long sentBytes, long receivedBytes) {
    add(SENT_BYTES, (double) sentBytes);
    add(RECEIVED_BYTES, (double) receivedBytes);
  }

  private void add(String name, double amount) {
    sums.computeIfAbsent(name, unused -> new DoubleAdder()).add(amount);
  }

  /** All that are known, by name. */
  Map<String, Double> values() {
    Map<String, Double> values = new TreeMap<>();
    sums.forEach((name, sum) -> values.put(name, sum.sum()));
    EngineMemory engine = memory;
    if (engine != null) {
      values.putAll(engine.bytes());
    }
    return values;
  }
}
