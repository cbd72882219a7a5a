package dev.sparkresnet.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sparkresnet.model.ReferenceNetwork.Mode;
import dev.sparkresnet.model.network.NetworkSpec;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

class EvaluationTest {

  @Test
  void measuresInInferenceMode() {
    NetworkSpec spec = Networks.ONE_BLOCK;
    ComputationGraph network = Networks.create(spec, 1);
    Networks.randomize(network, 2);
    INDArray images = Networks.images(spec, 7, 3);
    INDArray labels = Networks.labels(spec, 7, 4);
    double[][] logits =
        new ReferenceNetwork(spec, network, Mode.INFERENCE).logits(ReferenceNetwork.values(images));
    CrossEntropy expected = CrossEntropy.ofLogits(logits, labels.toDoubleMatrix());
    EvaluationMetrics metrics = InferenceNetwork.of(network, spec).evaluate(images, labels);
    assertThat(metrics.examples()).isEqualTo(7);
    assertThat(metrics.lossSum()).isCloseTo(expected.lossSum(), within(1e-3));
    assertThat(metrics.correct()).isEqualTo(expected.correct());
  }

  @Test
  void crossEntropyOfKnownLogits() {
    double[][] logits = {{Math.log(1), Math.log(3)}, {1000, 0}};
    double[][] labels = {{1, 0}, {1, 0}};
    CrossEntropy result = CrossEntropy.ofLogits(logits, labels);
    assertThat(result.lossSum()).isCloseTo(Math.log(4), within(1e-12));
    assertThat(result.correct()).isEqualTo(1);
  }

  @Test
  void mergesByAddingUp() {
    EvaluationMetrics both =
        new EvaluationMetrics(2, 3.0, 1).merge(new EvaluationMetrics(6, 1.0, 5));
    assertThat(both).isEqualTo(new EvaluationMetrics(8, 4.0, 6));
    assertThat(both.loss()).isEqualTo(0.5);
    assertThat(both.accuracy()).isEqualTo(0.75);
    assertThat(EvaluationMetrics.NONE.merge(both)).isEqualTo(both);
  }
}
