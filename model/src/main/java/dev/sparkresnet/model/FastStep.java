package dev.sparkresnet.model;

import dev.sparkresnet.model.fast.FastPass;
import dev.sparkresnet.model.fast.FastPasses;
import dev.sparkresnet.model.fast.LayerClock;
import dev.sparkresnet.model.fast.LayerKind;
import dev.sparkresnet.model.network.NetworkSpec;
import dev.sparkresnet.model.optimizer.FastMomentum;
import dev.sparkresnet.model.optimizer.OptimizerSpec;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A step through a {@link FastPass}, outside of DL4J's own loop. */
final class FastStep implements StepComputation {
  private final FastPasses passes;
  private final FastMomentum momentum;

  FastStep(ComputationGraph network, NetworkSpec spec, OptimizerSpec optimizer) {
    this.passes = new FastPasses(network, spec);
    this.momentum = new FastMomentum(network, optimizer);
  }

  @Override
  public LayerClock clock() {
    return passes.clock();
  }

  @Override
  public CrossEntropy compute(INDArray images, INDArray labels, double learningRate) {
    FastPass pass = passes.forImages(images);
    INDArray logits = pass.forward(images);
    CrossEntropy result = CrossEntropy.ofLogits(logits.toDoubleMatrix(), labels.toDoubleMatrix());
    pass.backward(labels, learningRate / images.size(0));
    passes.clock().time(LayerKind.OPTIMIZER, () -> momentum.apply(learningRate));
    return result;
  }

  @Override
  public BatchNormMoments measureBatchNorm(INDArray images) {
    FastPass pass = passes.forImages(images);
    pass.forward(images);
    BatchNormMoments.Builder moments = BatchNormMoments.of(images.size(0));
    pass.units()
        .forEach(
            unit ->
                moments.add(
                    unit.batchNormName(), unit.batchNorm().mean(), unit.batchNorm().variance()));
    return moments.build();
  }

  @Override
  public void close() {
    passes.close();
  }
}
