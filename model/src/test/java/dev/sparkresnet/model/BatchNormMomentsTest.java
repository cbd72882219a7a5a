package dev.sparkresnet.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.sparkresnet.model.ReferenceNetwork.Mode;
import dev.sparkresnet.model.network.Layers;
import dev.sparkresnet.model.network.NetworkSpec;
import dev.sparkresnet.model.network.Stem;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.ndarray.INDArray;

@ParameterizedClass
@EnumSource(Layers.class)
class BatchNormMomentsTest {
  private final NetworkSpec spec;
  private final ComputationGraph network;
  private final TrainingStep step;

  BatchNormMomentsTest(Layers layers) {
    this.spec = Networks.ONE_BLOCK.withLayers(layers);
    this.network = Networks.create(spec, 1);
    this.step = new TrainingStep(network, spec, Networks.OPTIMIZER);
  }

  @Test
  void setsTheStatisticsOfAllBatchesWeightedByTheirImages() {
    Networks.randomize(network, 2);
    INDArray five = Networks.images(spec, 5, 3);
    INDArray three = Networks.images(spec, 3, 4).muli(0.5);
    ReferenceNetwork first = reference(five);
    ReferenceNetwork second = reference(three);
    step.measureBatchNorm(five).merge(step.measureBatchNorm(three)).applyTo(network);
    for (String name : first.means().keySet()) {
      for (int channel = 0; channel < first.means().get(name).length; channel++) {
        double meanOfFive = first.means().get(name)[channel];
        double meanOfThree = second.means().get(name)[channel];
        double mean = (5 * meanOfFive + 3 * meanOfThree) / 8;
        double within =
            (5 * first.variances().get(name)[channel] + 3 * second.variances().get(name)[channel])
                / 8;
        double between =
            (5 * Math.pow(meanOfFive - mean, 2) + 3 * Math.pow(meanOfThree - mean, 2)) / 8;
        assertThat(network.getParam(name + "_mean").getDouble(channel))
            .isCloseTo(mean, within(1e-4));
        assertThat(network.getParam(name + "_var").getDouble(channel))
            .isCloseTo(within + between, within(1e-4));
      }
    }
  }

  @Test
  void makesInferenceModeFollowTrainModeOnTheMeasuredBatch() {
    INDArray images = Networks.images(spec, 8, 3);
    step.measureBatchNorm(images).applyTo(network);
    INDArray inference = network.outputSingle(false, images);
    INDArray train = network.outputSingle(true, images);
    assertThat(inference.sub(train).amaxNumber().doubleValue()).isLessThan(1e-5);
  }

  @Test
  void measuringDoesNotChangeTheNetwork() {
    INDArray before = network.params().dup();
    step.measureBatchNorm(Networks.images(spec, 4, 3));
    assertThat(network.params()).isEqualTo(before);
  }

  @Test
  void survivesSerialization() throws IOException, ClassNotFoundException {
    BatchNormMoments moments = step.measureBatchNorm(Networks.images(spec, 4, 3));
    ComputationGraph twin = Networks.create(spec, 1);
    moments.applyTo(network);
    copy(moments).applyTo(twin);
    assertThat(twin.params()).isEqualTo(network.params());
    assertThat(copy(moments).examples()).isEqualTo(4);
  }

  @Test
  void refusesToSetStatisticsThatWereNeverMeasured() {
    assertThatThrownBy(() -> BatchNormMoments.NONE.applyTo(network))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("Cannot set batch-norm statistics: no batch was measured");
  }

  @Test
  void refusesTheStatisticsOfAnotherNetwork() {
    BatchNormMoments moments = step.measureBatchNorm(Networks.images(spec, 4, 3));
    NetworkSpec other = spec.withStem(Stem.CIFAR).withBlocks(List.of(2));
    assertThatThrownBy(() -> moments.applyTo(Networks.create(other, 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(
            "Cannot set batch-norm statistics: measured the layers [conv1_bn, conv2_block1_0_bn,");
  }

  private ReferenceNetwork reference(INDArray images) {
    ReferenceNetwork reference = new ReferenceNetwork(spec, network, Mode.TRAIN);
    reference.logits(ReferenceNetwork.values(images));
    return reference;
  }

  private static BatchNormMoments copy(BatchNormMoments moments)
      throws IOException, ClassNotFoundException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(moments);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      return (BatchNormMoments) in.readObject();
    }
  }
}
