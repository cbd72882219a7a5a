package dev.sparkresnet.job.exchange;

import java.nio.FloatBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * What rounds of many participants cost one of them, by doing its part of one with updates made up
 * at random: as dense as those of a training, each in other places.
 *
 * @param updateBytes of its update, for all owners
 * @param sumBytes of all sums
 * @param sum time to add its part of the sums
 * @param apply time to decode and apply all sums
 */
public record RoundReplay(long updateBytes, long sumBytes, Duration sum, Duration apply) {
  /** By which made-up updates change a parameter. */
  public static final float THRESHOLD = 1e-3f;

  /**
   * Measures the fastest of some rounds.
   *
   * @param sparsity share of the parameters that each participant sends
   * @param threads to compute with
   */
  public static RoundReplay of(
      int participants, int parameters, double sparsity, int threads, int repetitions) {
    try (Workers workers = new Workers(threads)) {
      Ranges ranges = new Ranges(parameters, participants);
      ThresholdCode code = new ThresholdCode(ranges, workers);
      List<List<Message>> updates = new ArrayList<>();
      for (int participant = 0; participant < participants; participant++) {
        updates.add(parts(code, update(parameters, sparsity, participant), participants));
      }
      List<Message> sums = sums(code, updates);
      long best = Long.MAX_VALUE;
      long bestApply = Long.MAX_VALUE;
      FloatBuffer target = FloatBuffer.allocate(parameters);
      for (int i = 0; i < repetitions; i++) {
        long begin = System.nanoTime();
        code.writeSum(0, updates.stream().map(parts -> parts.get(0)).toList(), new Message());
        long summed = System.nanoTime();
        code.apply(sums, THRESHOLD, target);
        best = Math.min(best, summed - begin);
        bestApply = Math.min(bestApply, System.nanoTime() - summed);
      }
      return new RoundReplay(
          bytes(updates.get(0)), bytes(sums), Duration.ofNanos(best), Duration.ofNanos(bestApply));
    }
  }

  /** An update that changes a share of the parameters, each by one threshold. */
  public static FloatBuffer update(int parameters, double sparsity, long seed) {
    FloatBuffer update = FloatBuffer.allocate(parameters);
    SplittableRandom random = new SplittableRandom(seed);
    long at = gap(random, sparsity);
    while (at < parameters) {
      update.put((int) at, random.nextBoolean() ? THRESHOLD : -THRESHOLD);
      at += 1 + gap(random, sparsity);
    }
    return update;
  }

  private static List<Message> parts(ThresholdCode code, FloatBuffer update, int participants) {
    code.reset();
    List<Message> parts = Message.some(participants);
    List<Long> unused = code.writeParts(update, THRESHOLD, Float.POSITIVE_INFINITY, parts);
    return parts;
  }

  /** Geometrically distributed, as between places that are taken independently. */
  private static long gap(SplittableRandom random, double share) {
    return (long) (Math.log1p(-random.nextDouble()) / Math.log1p(-share));
  }

  private static List<Message> sums(ThresholdCode code, List<List<Message>> updates) {
    List<Message> sums = new ArrayList<>();
    for (int owner = 0; owner < updates.size(); owner++) {
      int number = owner;
      Message sum = new Message();
      code.writeSum(owner, updates.stream().map(parts -> parts.get(number)).toList(), sum);
      sums.add(sum);
    }
    return sums;
  }

  private static long bytes(List<Message> messages) {
    return messages.stream().mapToLong(Message::end).sum();
  }
}
