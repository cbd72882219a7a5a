package dev.sparkresnet.model;

import dev.sparkresnet.model.network.Architecture;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Softmax cross-entropy and hits of a batch, from the logits in double precision. DL4J's own loss
 * clips probabilities, counts weight decay in and does not tell the hits.
 *
 * @param lossSum summed over the images, in nats
 */
record CrossEntropy(double lossSum, int correct) {

  /**
   * Applies the network's dense layer to pooled features and compares with the labels.
   *
   * @param features [n, features]
   * @param labels one-hot, [n, classes]
   */
  static CrossEntropy ofFeatures(ComputationGraph network, INDArray features, INDArray labels) {
    Layer dense = network.getLayer(Architecture.PREDICTIONS);
    try (INDArray logits = features.mmul(dense.getParam("W"))) {
      logits.addiRowVector(dense.getParam("b"));
      return ofLogits(logits.toDoubleMatrix(), labels.toDoubleMatrix());
    }
  }

  static CrossEntropy ofLogits(double[][] logits, double[][] labels) {
    double lossSum = 0;
    int correct = 0;
    for (int image = 0; image < logits.length; image++) {
      lossSum += loss(logits[image], labels[image]);
      correct += largest(logits[image]) == largest(labels[image]) ? 1 : 0;
    }
    return new CrossEntropy(lossSum, correct);
  }

  private static double loss(double[] logits, double[] label) {
    double shift = logits[largest(logits)];
    double exponentials = 0;
    for (double logit : logits) {
      exponentials += Math.exp(logit - shift);
    }
    double logNormaliser = shift + Math.log(exponentials);
    double loss = 0;
    for (int index = 0; index < logits.length; index++) {
      loss += label[index] * (logNormaliser - logits[index]);
    }
    return loss;
  }

  private static int largest(double[] values) {
    int largest = 0;
    for (int index = 1; index < values.length; index++) {
      if (values[index] > values[largest]) {
        largest = index;
      }
    }
    return largest;
  }
}
