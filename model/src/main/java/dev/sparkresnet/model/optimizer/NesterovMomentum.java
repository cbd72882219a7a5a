package dev.sparkresnet.model.optimizer;

import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.transforms.pairwise.arithmetic.Axpy;
import org.nd4j.linalg.api.ops.impl.updaters.NesterovsUpdater;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Turns the gradient of a network into what is to be subtracted from its parameters, in place:
 * weight decay and Nesterov momentum, with the arithmetic of DL4J's own {@code Nesterovs} updater.
 *
 * <p>With learning rate r, momentum m, gradient g and velocity v: {@code v' = m v - r g}, and
 * {@code m v - (1 + m) v'} is subtracted.
 */
public final class NesterovMomentum {
  private final double momentum;
  private final double weightDecay;
  private final List<Stretch> stretches = new ArrayList<>();

  /** Works on views of the network's parameters, gradients and updater state. */
  public NesterovMomentum(ComputationGraph network, OptimizerSpec optimizer) {
    this.momentum = optimizer.momentum();
    this.weightDecay = optimizer.weightDecay();
    INDArray velocity = network.getUpdater().getStateViewArray();
    long velocityStart = 0;
    for (ParameterRange range : ParameterRange.of(network)) {
      long velocityLength =
          range.treatment() == ParameterRange.Treatment.FIXED ? 0 : range.length();
      stretches.add(
          new Stretch(
              range.treatment(),
              view(network.params(), range.start(), range.length()),
              view(network.getGradientsViewArray(), range.start(), range.length()),
              view(velocity, velocityStart, velocityLength)));
      velocityStart += velocityLength;
    }
  }

  /** Overwrites the gradient, which must be the mean over the minibatch, with the update. */
  public void apply(double learningRate) {
    for (Stretch stretch : stretches) {
      switch (stretch.treatment) {
        case DECAYED -> {
          Nd4j.exec(new Axpy(stretch.parameters, stretch.gradient, stretch.gradient, weightDecay));
          step(stretch, learningRate);
        }
        case PLAIN -> step(stretch, learningRate);
        case FIXED -> stretch.gradient.assign(0);
      }
    }
  }

  private void step(Stretch stretch, double learningRate) {
    Nd4j.exec(new NesterovsUpdater(stretch.gradient, stretch.velocity, learningRate, momentum));
  }

  private static INDArray view(INDArray flat, long start, long length) {
    if (length == 0) {
      return Nd4j.empty(flat.dataType());
    }
    return flat.reshape(flat.length()).get(NDArrayIndex.interval(start, start + length));
  }

  private record Stretch(
      ParameterRange.Treatment treatment,
      INDArray parameters,
      INDArray gradient,
      INDArray velocity) {}
}
