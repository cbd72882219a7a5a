package dev.sparkresnet.model.optimizer;

import dev.sparkresnet.model.network.NamedParameter;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.params.BatchNormalizationParamInitializer;

/**
 * A stretch of a network's flat parameters that the optimizer treats alike.
 *
 * @param start index of the first parameter
 * @param end index after the last one
 */
public record ParameterRange(long start, long end, Treatment treatment) {

  /** What the optimizer does with a parameter. */
  public enum Treatment {
    /** Weights and biases: gradient descent with weight decay. */
    DECAYED,
    /** Scales and shifts of batch norm: gradient descent. */
    PLAIN,
    /** Running statistics: no gradient touches them, and they have no velocity. */
    FIXED
  }

  /** The ranges of all parameters of a network in order, as long as they can be. */
  public static List<ParameterRange> of(ComputationGraph network) {
    List<ParameterRange> ranges = new ArrayList<>();
    for (NamedParameter parameter : NamedParameter.of(network)) {
      append(ranges, parameter.name(), parameter.values().length());
    }
    return List.copyOf(ranges);
  }

  private static void append(List<ParameterRange> ranges, String parameter, long length) {
    Treatment treatment = treatment(parameter);
    if (ranges.isEmpty()) {
      ranges.add(new ParameterRange(0, length, treatment));
      return;
    }
    ParameterRange last = ranges.get(ranges.size() - 1);
    if (last.treatment == treatment) {
      ranges.set(ranges.size() - 1, new ParameterRange(last.start, last.end + length, treatment));
      return;
    }
    ranges.add(new ParameterRange(last.end, last.end + length, treatment));
  }

  private static Treatment treatment(String parameter) {
    return switch (parameter) {
      case BatchNormalizationParamInitializer.GAMMA, BatchNormalizationParamInitializer.BETA ->
          Treatment.PLAIN;
      case BatchNormalizationParamInitializer.GLOBAL_MEAN,
          BatchNormalizationParamInitializer.GLOBAL_VAR ->
          Treatment.FIXED;
      default -> Treatment.DECAYED;
    };
  }

  /** The number of parameters. */
  public long length() {
    return end - start;
  }
}
