package dev.sparkresnet.model;

import dev.sparkresnet.model.fast.LayerClock;
import dev.sparkresnet.model.fast.LayerKind;
import dev.sparkresnet.model.network.Architecture;
import dev.sparkresnet.model.optimizer.NesterovMomentum;
import dev.sparkresnet.model.optimizer.OptimizerSpec;
import java.util.Map;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A step through DL4J's own layers, loop and updater arithmetic. */
final class StockStep implements StepComputation {
  private final ComputationGraph network;
  private final NesterovMomentum momentum;
  private final LayerClock clock = new LayerClock();
  private final PooledFeatures pooledFeatures = new PooledFeatures();

  StockStep(ComputationGraph network, OptimizerSpec optimizer) {
    this.network = network;
    this.momentum = new NesterovMomentum(network, optimizer);
    network.addListeners(pooledFeatures);
  }

  @Override
  public CrossEntropy compute(INDArray images, INDArray labels, double learningRate) {
    CrossEntropy result = computeGradients(images, labels);
    network.getGradientsViewArray().divi(images.size(0));
    clock.time(LayerKind.OPTIMIZER, () -> momentum.apply(learningRate));
    return result;
  }

  @Override
  public LayerClock clock() {
    return clock;
  }

  private CrossEntropy computeGradients(INDArray images, INDArray labels) {
    network.setInputs(images);
    network.setLabels(labels);
    network.computeGradientAndScore();
    try (INDArray features = pooledFeatures.latest) {
      return CrossEntropy.ofFeatures(network, features, labels);
    }
  }

  @Override
  public BatchNormMoments measureBatchNorm(INDArray images) {
    Map<String, INDArray> activations = network.feedForward(new INDArray[] {images}, true, true);
    BatchNormMoments.Builder moments = BatchNormMoments.of(images.size(0));
    for (String name : BatchNormMoments.batchNormNames(network)) {
      String input = network.getConfiguration().getVertexInputs().get(name).get(0);
      INDArray normalized = activations.get(input);
      moments.add(
          name,
          normalized.mean(0, 2, 3).toDoubleVector(),
          normalized.var(false, 0, 2, 3).toDoubleVector());
    }
    activations.values().stream()
        .filter(activation -> activation != images && activation.closeable())
        .forEach(INDArray::close);
    return moments.build();
  }

  /** DL4J's workspaces are freed with the network. */
  @Override
  public void close() {}

  /** Keeps what the dense layer gets to see, which DL4J clears before it returns. */
  private static final class PooledFeatures extends BaseTrainingListener {
    private INDArray latest;

    @Override
    public void onForwardPass(Model model, Map<String, INDArray> activations) {
      latest = activations.get(Architecture.GLOBAL_POOL).dup();
    }
  }
}
