package dev.sparkresnet.job.metrics;

import java.util.Locale;

/**
 * How far all replicas have come within an epoch.
 *
 * @param epoch counted from 1
 * @param epochs of the whole run
 * @param step minibatches of this epoch that are done
 * @param steps minibatches of this epoch
 * @param loss mean cross-entropy per image since the start of the epoch
 * @param accuracy share of images classified right since the start of the epoch, 0 to 1
 * @param examplesPerSecond of all replicas together
 */
public record StepProgress(
    int epoch,
    int epochs,
    long step,
    long steps,
    double loss,
    double accuracy,
    double learningRate,
    double examplesPerSecond) {

  /** The line of this step in the log. */
  public String logLine() {
    return String.format(
        Locale.ROOT,
        "epoch %d/%d, step %d/%d: loss %.3f, accuracy %.1f %%, learning rate %.3g, %.0f examples/s",
        epoch,
        epochs,
        step,
        steps,
        loss,
        100 * accuracy,
        learningRate,
        examplesPerSecond);
  }
}
