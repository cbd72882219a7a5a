package dev.sparkresnet.model;

import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A step through a {@link FastPass}, outside of DL4J's own loop. */
final class FastStep implements StepComputation {
  private final ComputationGraph network;
  private final FastPasses passes;
  private final FastMomentum momentum;

  FastStep(ComputationGraph network, OptimizerSpec optimizer) {
    this.network = network;
    this.passes = FastPasses.of(network);
    this.momentum = new FastMomentum(network, optimizer);
  }

  @Override
  public LayerClock clock() {
    return passes.clock();
  }

  @Override
  public CrossEntropy compute(INDArray images, INDArray labels, double learningRate) {
    FastPass pass = passes.forImages(network, images);
    INDArray logits = pass.forward(images);
    CrossEntropy result = CrossEntropy.ofLogits(logits.toDoubleMatrix(), labels.toDoubleMatrix());
    pass.backward(labels, learningRate / images.size(0));
    passes.clock().time(LayerKind.OPTIMIZER, () -> momentum.apply(learningRate));
    return result;
  }

  @Override
  public void close() {
    passes.close();
  }
}
