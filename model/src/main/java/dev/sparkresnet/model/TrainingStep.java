package dev.sparkresnet.model;

import java.util.Map;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * One step of training: forward, backward and the optimizer, all but the change of the parameters.
 *
 * <p>{@link #compute} leaves in {@link #update()} what is to be subtracted from the parameters, so
 * that replicas can exchange it first; {@link #apply()} subtracts it. The update of the batch-norm
 * means and variances is exactly zero: {@link BatchNormMoments} sets those.
 */
public final class TrainingStep implements AutoCloseable {
  private static final String ACTION = "train network";

  private final ComputationGraph network;
  private final StepComputation computation;

  /**
   * Prepares to train a network, with the velocity that it holds.
   *
   * @param network an initialised network of {@link ResNet#create}, new or restored
   */
  public TrainingStep(ComputationGraph network, OptimizerSpec optimizer) {
    this.network = network;
    if (network.getGradientsViewArray() == null) {
      network.initGradientsView();
    }
    this.computation =
        switch (Architecture.layersOf(network)) {
          case FAST -> new FastStep(network, optimizer);
          case STOCK -> new StockStep(network, optimizer);
        };
  }

  /**
   * Computes the update for one minibatch and moves the velocity, but not the parameters.
   *
   * @param images floats, [n, channels, size, size]
   * @param labels floats, one-hot, [n, classes]
   * @param learningRate of this step; a change acts on new gradients only, as in DL4J's {@code
   *     Nesterovs}
   * @return what the network made of the minibatch before the update; a loss that is not finite
   *     means that the update is not to be used
   * @throws IllegalArgumentException if the arrays have the wrong shape or type
   */
  public StepMetrics compute(INDArray images, INDArray labels, double learningRate) {
    requireFit(images, labels);
    CrossEntropy result = computation.compute(images, labels, learningRate);
    return new StepMetrics(Math.toIntExact(images.size(0)), result.lossSum(), result.correct());
  }

  private void requireFit(INDArray images, INDArray labels) {
    DataType type = network.params().dataType();
    ArrayCheck.requireImages(ACTION, images, type, Architecture.channelsOf(network));
    ArrayCheck.requireLabels(ACTION, labels, type, images.size(0), Architecture.classesOf(network));
  }

  /** What {@link #apply()} subtracts: flat, in the order of the network's parameters. */
  public INDArray update() {
    return network.getGradientsViewArray().reshape(network.params().shape());
  }

  /** Subtracts the update from the parameters. */
  public void apply() {
    computation.clock().time(LayerKind.OPTIMIZER, () -> network.params().subi(update()));
  }

  /** Frees the memory of the activations; the next computation allocates it again. */
  @Override
  public void close() {
    computation.close();
  }

  /**
   * The momentum of every trainable parameter: the state of the network's DL4J updater, which
   * {@code ModelSerializer} saves and restores.
   */
  public INDArray velocity() {
    return network.getUpdater().getStateViewArray();
  }

  /** Forgets the times of {@link #secondsByKind()} so far. */
  void resetSecondsByKind() {
    computation.clock().reset();
  }

  /**
   * What the steps since the last reset spent their time on; of stock layers the optimizer only.
   */
  Map<LayerKind, Double> secondsByKind() {
    return computation.clock().seconds();
  }
}
