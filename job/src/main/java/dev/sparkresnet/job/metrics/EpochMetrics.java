package dev.sparkresnet.job.metrics;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.Serializable;
import java.util.Locale;

/**
 * What one epoch over all replicas came to.
 *
 * @param epoch counted from 1
 * @param trainLoss mean cross-entropy per training image, without the L2 term
 * @param trainAccuracy share of training images classified right while training, 0 to 1
 * @param testLoss mean cross-entropy per test image
 * @param testAccuracy share of test images classified right, 0 to 1
 * @param learningRate in force in the last step of the epoch
 * @param examples training images that the replicas processed
 * @param testExamples test images that were evaluated
 * @param seconds wall-clock time of the training part of the epoch
 * @param examplesPerSecond {@code examples / seconds}, over all replicas
 * @param replicas executors that trained
 */
@JsonPropertyOrder({
  "epoch",
  "train_loss",
  "train_accuracy",
  "test_loss",
  "test_accuracy",
  "learning_rate",
  "examples",
  "test_examples",
  "seconds",
  "examples_per_second",
  "replicas"
})
public record EpochMetrics(
    @JsonProperty("epoch") int epoch,
    @JsonProperty("train_loss") double trainLoss,
    @JsonProperty("train_accuracy") double trainAccuracy,
    @JsonProperty("test_loss") double testLoss,
    @JsonProperty("test_accuracy") double testAccuracy,
    @JsonProperty("learning_rate") double learningRate,
    @JsonProperty("examples") long examples,
    @JsonProperty("test_examples") long testExamples,
    @JsonProperty("seconds") double seconds,
    @JsonProperty("examples_per_second") double examplesPerSecond,
    @JsonProperty("replicas") int replicas)
    implements Serializable {

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .build();

  /**
   * The line of this epoch in the log.
   *
   * @param epochs of the whole run
   */
  public String logLine(int epochs) {
    return String.format(
        Locale.ROOT,
        "epoch %d/%d: train loss %.3f, accuracy %.1f %%, test loss %.3f, accuracy %.1f %%, "
            + "learning rate %.3g, %d examples in %.1f s (%.0f examples/s)",
        epoch,
        epochs,
        trainLoss,
        100 * trainAccuracy,
        testLoss,
        100 * testAccuracy,
        learningRate,
        examples,
        seconds,
        examplesPerSecond);
  }

  /** One JSON object on one line, without a line break at the end. */
  public String toJson() {
    try {
      return JSON.writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Cannot write metrics as JSON: " + this, e);
    }
  }

  /**
   * Reads what {@link #toJson} wrote.
   *
   * @throws IllegalArgumentException if the line is not such an object or lacks a field
   */
  public static EpochMetrics fromJson(String line) {
    try {
      EpochMetrics epoch = JSON.readValue(line, EpochMetrics.class);
      if (epoch == null) {
        throw new IllegalArgumentException("Cannot read metrics: no epoch in " + line);
      }
      return epoch;
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("Cannot read metrics: no epoch in " + line, e);
    }
  }
}
