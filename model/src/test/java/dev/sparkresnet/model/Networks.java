package dev.sparkresnet.model;

import dev.sparkresnet.model.network.Layers;
import dev.sparkresnet.model.network.NetworkSpec;
import dev.sparkresnet.model.network.Stem;
import dev.sparkresnet.model.network.StrideIn;
import dev.sparkresnet.model.optimizer.LearningRateSchedule.StepDecay;
import dev.sparkresnet.model.optimizer.OptimizerSpec;
import java.util.List;
import java.util.Random;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Small networks and random minibatches. */
public final class Networks {
  public static final OptimizerSpec OPTIMIZER =
      new OptimizerSpec(0.02, 0.9, 5e-4, new StepDecay(7, 0.1));

  /** One stock block of width 4 for 9x9 images, odd so that the strides leave a remainder. */
  public static final NetworkSpec ONE_BLOCK =
      new NetworkSpec(9, 3, 4, Stem.IMAGENET, StrideIn.FIRST, List.of(1), 4, Layers.STOCK);

  private Networks() {}

  public static ComputationGraph create(NetworkSpec spec, long seed) {
    return ResNet.create(spec, OPTIMIZER, seed);
  }

  /** Values from 0 to 1. */
  public static INDArray images(NetworkSpec spec, int count, long seed) {
    Random random = new Random(seed);
    double[] values = random.doubles((long) count * spec.channels() * area(spec)).toArray();
    return Nd4j.createFromArray(values)
        .castTo(DataType.FLOAT)
        .reshape(count, spec.channels(), spec.inputSize(), spec.inputSize());
  }

  /** One-hot. */
  public static INDArray labels(NetworkSpec spec, int count, long seed) {
    Random random = new Random(seed);
    INDArray labels = Nd4j.zeros(DataType.FLOAT, count, spec.classes());
    for (int image = 0; image < count; image++) {
      labels.putScalar(image, random.nextInt(spec.classes()), 1);
    }
    return labels;
  }

  /** Gives every parameter another value, running variances positive ones. */
  public static void randomize(ComputationGraph network, long seed) {
    Random random = new Random(seed);
    network
        .paramTable()
        .forEach(
            (name, parameter) -> {
              double[] values = random.doubles(parameter.length(), 0.5, 1.5).toArray();
              if (name.endsWith("_W") || name.endsWith("_mean") || name.endsWith("_b")) {
                values = random.doubles(parameter.length(), -0.5, 0.5).toArray();
              }
              parameter.assign(
                  Nd4j.createFromArray(values).castTo(DataType.FLOAT).reshape(parameter.shape()));
            });
  }

  private static int area(NetworkSpec spec) {
    return spec.inputSize() * spec.inputSize();
  }
}
