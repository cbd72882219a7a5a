package dev.sparkresnet.model;

import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Measures a network in inference mode, with the running statistics of its batch norms. */
public final class Evaluation {
  private Evaluation() {}

  /**
   * Classifies a batch of images and compares with the labels.
   *
   * @param images [n, channels, size, size]
   * @param labels one-hot, [n, classes]
   */
  public static EvaluationMetrics evaluate(
      ComputationGraph network, INDArray images, INDArray labels) {
    List<String> pooled = List.of(Architecture.GLOBAL_POOL);
    try (INDArray features = network.output(pooled, false, new INDArray[] {images}, null)[0]) {
      CrossEntropy result = CrossEntropy.ofFeatures(network, features, labels);
      return new EvaluationMetrics(images.size(0), result.lossSum(), result.correct());
    }
  }
}
