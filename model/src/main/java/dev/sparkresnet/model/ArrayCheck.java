package dev.sparkresnet.model;

import dev.sparkresnet.model.network.NetworkSpec;
import java.util.Arrays;
import java.util.Locale;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Refuses arrays that a network cannot take, before libnd4j says so in its own words. */
final class ArrayCheck {
  private ArrayCheck() {}

  /**
   * Checks images.
   *
   * @param action what cannot be done with other ones
   * @throws IllegalArgumentException if they are not of the type and shape [n, channels, size,
   *     size]
   */
  static void requireImages(String action, INDArray images, DataType type, NetworkSpec spec) {
    boolean fit =
        images.rank() == 4
            && images.size(1) == spec.channels()
            && images.size(2) == spec.inputSize()
            && images.size(3) == spec.inputSize()
            && images.dataType() == type;
    String shape =
        String.format(
            Locale.ROOT, "[n, %d, %d, %d]", spec.channels(), spec.inputSize(), spec.inputSize());
    require(fit, action, "images", type, shape, images);
  }

  /**
   * Checks labels.
   *
   * @throws IllegalArgumentException if they are not of the type and shape [count, classes]
   */
  static void requireLabels(
      String action, INDArray labels, DataType type, long count, long classes) {
    long[] shape = {count, classes};
    boolean fit = Arrays.equals(labels.shape(), shape) && labels.dataType() == type;
    require(fit, action, "labels", type, Arrays.toString(shape), labels);
  }

  private static void require(
      boolean fit, String action, String what, DataType type, String shape, INDArray found) {
    if (!fit) {
      throw new IllegalArgumentException(
          "Cannot %s: expected %s of %s and shape %s, found %s and shape %s"
              .formatted(
                  action, what, type, shape, found.dataType(), Arrays.toString(found.shape())));
    }
  }
}
