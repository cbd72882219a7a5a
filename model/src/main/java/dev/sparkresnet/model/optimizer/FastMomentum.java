package dev.sparkresnet.model.optimizer;

import dev.sparkresnet.model.kernels.MomentumKernel;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Turns a network's gradient into its update like {@link NesterovMomentum}, but for rounding, and
 * in half the time. The gradient has to be multiplied by the learning rate already.
 */
public final class FastMomentum {
  private final double weightDecay;
  private final List<MomentumKernel> decayed = new ArrayList<>();
  private final List<MomentumKernel> plain = new ArrayList<>();

  /** Works on views of the network's parameters, gradients and updater state. */
  public FastMomentum(ComputationGraph network, OptimizerSpec optimizer) {
    this.weightDecay = optimizer.weightDecay();
    long velocityStart = 0;
    for (ParameterRange range : ParameterRange.of(network)) {
      if (range.treatment() == ParameterRange.Treatment.FIXED) {
        continue;
      }
      MomentumKernel kernel =
          new MomentumKernel(
              view(network.params(), range.start(), range.length()),
              view(network.getGradientsViewArray(), range.start(), range.length()),
              view(network.getUpdater().getStateViewArray(), velocityStart, range.length()),
              optimizer.momentum());
      (range.treatment() == ParameterRange.Treatment.DECAYED ? decayed : plain).add(kernel);
      velocityStart += range.length();
    }
  }

  private static INDArray view(INDArray flat, long start, long length) {
    return flat.reshape(flat.length()).get(NDArrayIndex.interval(start, start + length));
  }

  /** Overwrites the gradient with the update. */
  public void apply(double learningRate) {
    for (MomentumKernel kernel : decayed) {
      kernel.decay(learningRate * weightDecay);
      kernel.step();
    }
    plain.forEach(MomentumKernel::step);
  }
}
