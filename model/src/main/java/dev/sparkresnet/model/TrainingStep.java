package dev.sparkresnet.model;

import dev.sparkresnet.model.fast.LayerKind;
import dev.sparkresnet.model.network.NetworkSpec;
import dev.sparkresnet.model.optimizer.OptimizerSpec;
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
 *
 * <p>Its memory for activations is expensive to allocate and kept from call to call. Not for use by
 * several threads.
 */
public final class TrainingStep implements AutoCloseable {
  private final ComputationGraph network;
  private final NetworkSpec spec;
  private final StepComputation computation;

  /**
   * Prepares to train a network, with the velocity that it holds.
   *
   * @param network an initialised network of {@link ResNet#create}, new or restored
   * @param spec what it was created from; its layers decide how the step is computed
   */
  public TrainingStep(ComputationGraph network, NetworkSpec spec, OptimizerSpec optimizer) {
    this.network = network;
    this.spec = spec;
    if (network.getGradientsViewArray() == null) {
      network.initGradientsView();
    }
    this.computation =
        switch (spec.layers()) {
          case FAST -> new FastStep(network, spec, optimizer);
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
    String action = "train network";
    ArrayCheck.requireImages(action, images, type(), spec);
    ArrayCheck.requireLabels(action, labels, type(), images.size(0), spec.classes());
    CrossEntropy result = computation.compute(images, labels, learningRate);
    return new StepMetrics(Math.toIntExact(images.size(0)), result.lossSum(), result.correct());
  }

  /**
   * Runs the network in train mode on one minibatch and measures what enters each batch norm. The
   * network is not changed.
   *
   * @param images floats, [n, channels, size, size]
   * @throws IllegalArgumentException if the images have the wrong shape or type
   */
  public BatchNormMoments measureBatchNorm(INDArray images) {
    ArrayCheck.requireImages("measure batch norm", images, type(), spec);
    return computation.measureBatchNorm(images);
  }

  private DataType type() {
    return network.params().dataType();
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
  public void resetSecondsByKind() {
    computation.clock().reset();
  }

  /**
   * What the steps since the last reset spent their time on; of stock layers the optimizer only.
   */
  public Map<LayerKind, Double> secondsByKind() {
    return computation.clock().seconds();
  }
}
