package dev.sparkresnet.job.training;

import dev.sparkresnet.datasets.ShardPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What to expect of a run by its size, before anybody waits for something else. */
final class Expectation {
  /** One epoch of CIFAR-10 in minibatches of 128: about a quarter of the test images are right. */
  private static final long FEW_STEPS = 391;

  private Expectation() {}

  /** A sentence for each thing that is unlike a run of usual size. */
  static List<String> of(ShardPlan shards, int epochs) {
    List<String> sentences = new ArrayList<>();
    if (shards.isShort()) {
      sentences.add(
          String.format(
              Locale.ROOT,
              "A replica has only %,d images, less than one minibatch (training.optimizer.batch-size"
                  + " = %d): an epoch is one short step",
              shards.examplesPerReplica(),
              shards.batchSize()));
    }
    long steps = (long) epochs * shards.minibatchesPerReplica();
    if (steps < FEW_STEPS) {
      sentences.add(
          String.format(
              Locale.ROOT,
              "%,d steps in all are few: expect a test accuracy not far from chance, which is 10 %%"
                  + " for ten classes",
              steps));
    }
    return sentences;
  }
}
