package dev.sparkresnet.model;

import java.util.Map;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * One step of training: forward, backward and the optimizer, all but the change of the parameters.
 *
 * <p>{@link #compute} leaves in {@link #update()} what is to be subtracted from the parameters, so
 * that replicas can exchange it first; {@link #apply()} subtracts it. The update of the batch-norm
 * means and variances is exactly zero: {@link BatchNormMoments} sets those.
 */
public final class TrainingStep {
  private final ComputationGraph network;
  private final NesterovMomentum optimizer;
  private final PooledFeatures pooledFeatures = new PooledFeatures();

  /**
   * Prepares to train a network, with the velocity that it holds.
   *
   * @param network an initialised network of {@link ResNet#create}, new or restored
   */
  public TrainingStep(ComputationGraph network, OptimizerSpec optimizer) {
    this.network = network;
    network.initGradientsView();
    this.optimizer = new NesterovMomentum(network, optimizer);
    network.addListeners(pooledFeatures);
  }

  /**
   * Computes the update for one minibatch and moves the velocity, but not the parameters.
   *
   * @param images [n, channels, size, size]
   * @param labels one-hot, [n, classes]
   * @param learningRate of this step; a change acts on new gradients only, as in DL4J's {@code
   *     Nesterovs}
   * @return what the network made of the minibatch before the update; a loss that is not finite
   *     means that the update is not to be used
   */
  public StepMetrics compute(INDArray images, INDArray labels, double learningRate) {
    network.setInputs(images);
    network.setLabels(labels);
    network.computeGradientAndScore();
    int examples = Math.toIntExact(images.size(0));
    network.getGradientsViewArray().divi(examples);
    optimizer.apply(learningRate);
    CrossEntropy result = CrossEntropy.ofFeatures(network, pooledFeatures.latest, labels);
    return new StepMetrics(examples, result.lossSum(), result.correct());
  }

  /** What {@link #apply()} subtracts: flat, in the order of the network's parameters. */
  public INDArray update() {
    return network.getGradientsViewArray().reshape(network.params().shape());
  }

  /** Subtracts the update from the parameters. */
  public void apply() {
    network.params().subi(update());
  }

  /**
   * The momentum of every trainable parameter: the state of the network's DL4J updater, which
   * {@code ModelSerializer} saves and restores.
   */
  public INDArray velocity() {
    return network.getUpdater().getStateViewArray();
  }

  /** Keeps what the dense layer gets to see, which DL4J clears before it returns. */
  private static final class PooledFeatures extends BaseTrainingListener {
    private INDArray latest;

    @Override
    public void onForwardPass(Model model, Map<String, INDArray> activations) {
      latest = activations.get(Architecture.GLOBAL_POOL).dup();
    }
  }
}
