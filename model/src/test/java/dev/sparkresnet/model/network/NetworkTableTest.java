package dev.sparkresnet.model.network;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sparkresnet.model.Networks;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class NetworkTableTest {

  @Test
  void showsTheClassicNetwork() {
    assertThat(NetworkTable.of(NetworkSpec.resNet50(224, 1000), 10).render())
        .isEqualTo(
"""
stage        output         layers                              parameters  multiply-adds
-----------  -------------  ----------------------------------  ----------  -------------
input        10x3x224x224
conv1        10x64x112x112  7x7/2, BN, ReLU                          9,600    118,013,952
pool1        10x64x56x56    max-pool 3x3/2
conv2        10x256x56x56   3 x [1x1 64, 3x3 64, 1x1 256]          215,808    667,942,912
conv3        10x512x28x28   4 x [1x1/2 128, 3x3 128, 1x1 512]    1,219,584    950,534,144
conv4        10x1024x14x14  6 x [1x1/2 256, 3x3 256, 1x1 1024]   7,098,368  1,387,266,048
conv5        10x2048x7x7    3 x [1x1/2 512, 3x3 512, 1x1 2048]  14,964,736    732,168,192
avg_pool     10x2048x1x1    global average pool
predictions  10x1000        dense, softmax                       2,049,000      2,048,000
-----------  -------------  ----------------------------------  ----------  -------------
total                       for one image                       25,557,096  3,857,973,248
and 53,120 batch-norm means and variances, which are measured, not trained""");
  }

  @Test
  void countsTheWorkOfBothStems() {
    NetworkSpec spec = NetworkSpec.resNet50(32, 10);
    NetworkTable table = NetworkTable.of(spec, 1);
    assertThat(table.parameters()).isEqualTo(23_528_586);
    assertThat(table.batchNormStatistics()).isEqualTo(53_120);
    assertThat(table.multiplyAdds()).isEqualTo(78_712_832);
    assertThat(NetworkTable.of(spec.withStem(Stem.CIFAR), 1).multiplyAdds())
        .isEqualTo(1_222_332_416);
  }

  static Stream<NetworkSpec> networks() {
    return Stream.of(
        NetworkSpec.resNet50(32, 10).withLayers(Layers.STOCK),
        NetworkSpec.resNet50(97, 7).withLayers(Layers.STOCK).withStrideIn(StrideIn.SECOND),
        new NetworkSpec(33, 1, 3, Stem.CIFAR, StrideIn.FIRST, List.of(1, 2), 8, Layers.STOCK));
  }

  @ParameterizedTest
  @MethodSource("networks")
  void agreesWithTheGraph(NetworkSpec spec) {
    ComputationGraph network = Networks.create(spec, 1);
    NetworkTable table = NetworkTable.of(spec, 5);
    assertThat(table.parameters() + table.batchNormStatistics()).isEqualTo(network.numParams());
    Map<String, InputType> types =
        network
            .getConfiguration()
            .getLayerActivationTypes(
                InputType.convolutional(spec.inputSize(), spec.inputSize(), spec.channels()));
    for (NetworkTable.Row row : table.rows()) {
      assertThat(row.parameters()).as(row.name()).isEqualTo(trainable(network, row.name()));
    }
    assertThat(shapes(table)).containsExactlyElementsOf(shapes(types, spec));
  }

  /** Without the batch. */
  private static List<String> shapes(NetworkTable table) {
    return table.rows().stream()
        .filter(row -> !List.of("input", "avg_pool").contains(row.name()))
        .map(row -> row.outputShape().subList(1, row.outputShape().size()).toString())
        .toList();
  }

  private static List<String> shapes(Map<String, InputType> types, NetworkSpec spec) {
    List<String> last = new ArrayList<>(List.of("conv1_relu"));
    if (spec.stem() == Stem.IMAGENET) {
      last.add("pool1_pool");
    }
    for (int stage = 0; stage < spec.blocks().size(); stage++) {
      last.add(
          String.format(Locale.ROOT, "conv%d_block%d_out", stage + 2, spec.blocks().get(stage)));
    }
    last.add("predictions");
    return last.stream().map(name -> Arrays.toString(types.get(name).getShape(false))).toList();
  }

  private static long trainable(ComputationGraph network, String stage) {
    return network.paramTable().entrySet().stream()
        .filter(each -> each.getKey().startsWith(stage))
        .filter(each -> !each.getKey().endsWith("_mean") && !each.getKey().endsWith("_var"))
        .mapToLong(each -> each.getValue().length())
        .sum();
  }
}
