package dev.sparkresnet.job.checkpoint;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Where each parameter is among the flat parameters of a network.
 *
 * @param parameters in the order of their values, without gaps
 */
public record ParameterLayout(@JsonProperty("parameters") List<Parameter> parameters) {

  /**
   * One array of parameters.
   *
   * @param layer that it belongs to
   * @param name within the layer, such as {@code W} or {@code gamma}
   * @param start position of its first value, counted in values from 0
   * @param shape as DL4J has it; a convolution's weights are [out, in, height, width]
   * @param order {@code c}: the last index varies fastest, {@code f}: the first
   */
  public record Parameter(
      @JsonProperty("layer") String layer,
      @JsonProperty("name") String name,
      @JsonProperty("start") long start,
      @JsonProperty("shape") List<Long> shape,
      @JsonProperty("order") String order) {}

  public ParameterLayout {
    parameters = List.copyOf(parameters);
  }

  /** The layout of a network's parameters. */
  public static ParameterLayout of(ComputationGraph network) {
    List<Parameter> parameters = new ArrayList<>();
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
            new Parameter(
                vertices[index].getVertexName(),
                entry.getKey(),
                start,
                shape(values),
                String.valueOf(values.ordering())));
        start += values.length();
      }
    }
    return new ParameterLayout(parameters);
  }

  private static List<Long> shape(INDArray values) {
    List<Long> shape = new ArrayList<>();
    for (long size : values.shape()) {
      shape.add(size);
    }
    return shape;
  }
}
