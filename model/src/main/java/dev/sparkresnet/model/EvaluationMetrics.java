package dev.sparkresnet.model;

import java.io.Serializable;

/**
 * How well a network did on some images, in inference mode.
 *
 * @param examples images evaluated
 * @param lossSum cross-entropy summed over the images, in nats
 * @param correct images whose most probable class is their label
 */
public record EvaluationMetrics(long examples, double lossSum, long correct)
    implements Serializable {

  /** No images at all: the neutral element of {@link #merge}. */
  public static final EvaluationMetrics NONE = new EvaluationMetrics(0, 0, 0);

  /** The metrics of both sets of images together. */
  public EvaluationMetrics merge(EvaluationMetrics other) {
    return new EvaluationMetrics(
        examples + other.examples, lossSum + other.lossSum, correct + other.correct);
  }

  /** Mean cross-entropy of an image, in nats; NaN without images. */
  public double loss() {
    return lossSum / examples;
  }

  /** Share of images classified correctly, 0 to 1; NaN without images. */
  public double accuracy() {
    return (double) correct / examples;
  }
}
