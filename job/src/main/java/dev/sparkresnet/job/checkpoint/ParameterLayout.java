package dev.sparkresnet.job.checkpoint;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.sparkresnet.model.network.NamedParameter;
import java.util.Arrays;
import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;
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
      @JsonProperty("order") String order) {

    static Parameter of(NamedParameter parameter) {
      INDArray values = parameter.values();
      return new Parameter(
          parameter.layer(),
          parameter.name(),
          parameter.start(),
          Arrays.stream(values.shape()).boxed().toList(),
          String.valueOf(values.ordering()));
    }
  }

  public ParameterLayout {
    parameters = List.copyOf(parameters);
  }

  /** The layout of a network's parameters. */
  public static ParameterLayout of(ComputationGraph network) {
    return new ParameterLayout(NamedParameter.of(network).stream().map(Parameter::of).toList());
  }
}
