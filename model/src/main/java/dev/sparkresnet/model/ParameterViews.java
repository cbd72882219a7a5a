package dev.sparkresnet.model;

import dev.sparkresnet.model.kernels.BatchNormKernel;
import dev.sparkresnet.model.kernels.BiasKernel;
import dev.sparkresnet.model.kernels.FeatureMap;
import dev.sparkresnet.model.kernels.HeadKernel;
import dev.sparkresnet.model.kernels.Weights;
import java.util.HashMap;
import java.util.Map;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** A network's parameters and their gradients by name, as views. */
final class ParameterViews {
  private final Map<String, INDArray> values;
  private final Map<String, INDArray> gradients = new HashMap<>();

  ParameterViews(ComputationGraph network) {
    this.values = network.paramTable();
    INDArray flat = network.getGradientsViewArray().reshape(network.numParams());
    GraphVertex[] vertices = network.getVertices();
    long start = 0;
    for (int index : network.topologicalSortOrder()) {
      Layer layer = vertices[index].getLayer();
      if (layer == null || layer.numParams() == 0) {
        continue;
      }
      for (Map.Entry<String, INDArray> parameter : layer.paramTable().entrySet()) {
        INDArray value = parameter.getValue();
        gradients.put(
            vertices[index].getVertexName() + "_" + parameter.getKey(),
            flat.get(NDArrayIndex.interval(start, start + value.length()))
                .reshape(value.ordering(), value.shape()));
        start += value.length();
      }
    }
  }

  INDArray value(String name) {
    return values.get(name);
  }

  INDArray gradient(String name) {
    return gradients.get(name);
  }

  Weights weights(Convolution convolution) {
    String name = convolution.convolutionName() + "_W";
    return new Weights(value(name), gradient(name));
  }

  BiasKernel bias(Convolution convolution) {
    String name = convolution.convolutionName() + "_b";
    return new BiasKernel(value(name), gradient(name));
  }

  BatchNormKernel batchNorm(Convolution convolution) {
    String gamma = convolution.batchNormName() + "_gamma";
    String beta = convolution.batchNormName() + "_beta";
    return new BatchNormKernel(
        new BatchNormKernel.Parameters(value(gamma), value(beta), gradient(gamma), gradient(beta)),
        ResNet.BATCH_NORM_EPSILON);
  }

  HeadKernel head(FeatureMap x, FeatureMap dx) {
    String weights = Architecture.PREDICTIONS + "_W";
    String bias = Architecture.PREDICTIONS + "_b";
    return new HeadKernel(
        new Weights(value(weights), gradient(weights)),
        new BiasKernel(value(bias), gradient(bias)),
        x,
        dx);
  }
}
