package dev.sparkresnet.model.fast;

import dev.sparkresnet.model.kernels.BatchNormKernel;
import dev.sparkresnet.model.kernels.BiasKernel;
import dev.sparkresnet.model.kernels.ConvolutionKernel;
import dev.sparkresnet.model.kernels.FeatureMap;
import dev.sparkresnet.model.kernels.HeadKernel;
import dev.sparkresnet.model.network.Architecture;
import dev.sparkresnet.model.network.ConvolutionUnit;
import dev.sparkresnet.model.network.NamedParameter;
import java.util.HashMap;
import java.util.Map;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** A network's parameters and their gradients by name, as views. */
final class ParameterViews {
  private final Map<String, INDArray> values;
  private final Map<String, INDArray> gradients = new HashMap<>();

  ParameterViews(ComputationGraph network) {
    this.values = network.paramTable();
    INDArray flat = network.getGradientsViewArray().reshape(network.numParams());
    for (NamedParameter parameter : NamedParameter.of(network)) {
      INDArray value = parameter.values();
      long end = parameter.start() + value.length();
      gradients.put(
          parameter.layer() + "_" + parameter.name(),
          flat.get(NDArrayIndex.interval(parameter.start(), end))
              .reshape(value.ordering(), value.shape()));
    }
  }

  INDArray value(String name) {
    return values.get(name);
  }

  INDArray gradient(String name) {
    return gradients.get(name);
  }

  ConvolutionKernel kernelOfImages(ConvolutionUnit unit) {
    String weights = unit.convolutionName() + "_W";
    ConvolutionKernel kernel =
        ConvolutionKernel.ofImages(unit.stride(), unit.padding(), value(weights));
    kernel.trainInto(gradient(weights));
    return kernel;
  }

  ConvolutionKernel kernelOfFeatures(ConvolutionUnit unit) {
    String weights = unit.convolutionName() + "_W";
    ConvolutionKernel kernel =
        ConvolutionKernel.ofFeatures(
            unit.inputSize(), unit.stride(), unit.padding(), value(weights));
    kernel.trainInto(gradient(weights));
    return kernel;
  }

  BiasKernel bias(ConvolutionUnit unit) {
    return bias(unit.convolutionName() + "_b");
  }

  private BiasKernel bias(String name) {
    BiasKernel kernel = new BiasKernel(value(name));
    kernel.trainInto(gradient(name));
    return kernel;
  }

  BatchNormKernel batchNorm(ConvolutionUnit unit) {
    String gamma = unit.batchNormName() + "_gamma";
    String beta = unit.batchNormName() + "_beta";
    BatchNormKernel kernel =
        new BatchNormKernel(value(gamma), value(beta), ConvolutionUnit.BATCH_NORM_EPSILON);
    kernel.trainInto(gradient(gamma), gradient(beta));
    return kernel;
  }

  HeadKernel head(FeatureMap x, FeatureMap dx) {
    String weights = Architecture.PREDICTIONS + "_W";
    HeadKernel kernel = new HeadKernel(value(weights), bias(Architecture.PREDICTIONS + "_b"), x);
    kernel.trainInto(gradient(weights), dx);
    return kernel;
  }
}
