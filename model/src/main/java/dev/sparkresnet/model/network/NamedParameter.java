package dev.sparkresnet.model.network;

import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * One array of a network's parameters.
 *
 * @param layer that it belongs to
 * @param name within the layer, such as {@code W} or {@code gamma}
 * @param start position of its first value among the flat parameters, counted in values from 0
 * @param values a view of the flat parameters
 */
public record NamedParameter(String layer, String name, long start, INDArray values) {

  /** All parameters of a network, in the order of the flat parameters. */
  public static List<NamedParameter> of(ComputationGraph network) {
    List<NamedParameter> parameters = new ArrayList<>();
    GraphVertex[] vertices = network.getVertices();
    long start = 0;
    for (int index : network.topologicalSortOrder()) {
      Layer layer = vertices[index].getLayer();
      if (layer == null || layer.numParams() == 0) {
        continue;
      }
      for (var entry : layer.paramTable().entrySet()) {
        INDArray values = entry.getValue();
        parameters.add(
            new NamedParameter(vertices[index].getVertexName(), entry.getKey(), start, values));
        start += values.length();
      }
    }
    return List.copyOf(parameters);
  }
}
