package dev.sparkresnet.model.fast;

import dev.sparkresnet.model.kernels.BiasKernel;
import dev.sparkresnet.model.kernels.FeatureMap;
import dev.sparkresnet.model.kernels.HeadKernel;
import dev.sparkresnet.model.network.Architecture;
import dev.sparkresnet.model.network.Bottleneck;
import dev.sparkresnet.model.network.ConvolutionUnit;
import java.util.HashMap;
import java.util.Map;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A network's parameters for inference: folded convolutions and the dense layer. */
final class FoldedNetwork {
  private static final String WEIGHTS = Architecture.PREDICTIONS + "_W";
  private static final String BIAS = Architecture.PREDICTIONS + "_b";

  private final Map<String, INDArray> parameters;
  private final Map<ConvolutionUnit, FoldedConvolution> convolutions = new HashMap<>();
  private final INDArray denseWeights;
  private final INDArray denseBias;

  /** A snapshot of a network. */
  FoldedNetwork(Architecture architecture, ComputationGraph network) {
    this.parameters = network.paramTable();
    ConvolutionUnit stem = architecture.stem();
    convolutions.put(stem, FoldedConvolution.ofImages(stem, parameters));
    architecture
        .blocks()
        .flatMap(Bottleneck::convolutions)
        .forEach(unit -> convolutions.put(unit, FoldedConvolution.ofFeatures(unit, parameters)));
    this.denseWeights = parameters.get(WEIGHTS).dup('f');
    this.denseBias = parameters.get(BIAS).dup();
    refresh();
  }

  /** Takes a new snapshot of the same network. */
  void refresh() {
    convolutions.values().forEach(FoldedConvolution::refresh);
    denseWeights.assign(parameters.get(WEIGHTS));
    denseBias.assign(parameters.get(BIAS));
  }

  FoldedConvolution convolution(ConvolutionUnit unit) {
    return convolutions.get(unit);
  }

  HeadKernel head(FeatureMap x) {
    return new HeadKernel(denseWeights, new BiasKernel(denseBias), x);
  }
}
