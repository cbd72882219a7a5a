package dev.sparkresnet.model.layers;

import java.util.Collection;
import java.util.Objects;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/** Configuration of a square convolution on the fast kernels, without activation. */
public final class FastConvolution extends ConvolutionLayer {
  @JsonProperty private ConvolutionInput appliedTo;

  /** For deserialization. */
  public FastConvolution() {}

  /**
   * A convolution with the shape that a builder of DL4J's own describes.
   *
   * @param appliedTo decides whether the gradient of the input is computed
   */
  public FastConvolution(Builder shape, ConvolutionInput appliedTo) {
    super(shape);
    this.appliedTo = appliedTo;
  }

  ConvolutionInput appliedTo() {
    return appliedTo;
  }

  @Override
  public FastConvolution clone() {
    return (FastConvolution) super.clone();
  }

  @Override
  public Layer instantiate(
      NeuralNetConfiguration configuration,
      Collection<TrainingListener> listeners,
      int index,
      INDArray parameters,
      boolean initializeParameters,
      DataType type) {
    FastConvolutionLayer layer = new FastConvolutionLayer(configuration, type);
    layer.setListeners(listeners);
    layer.setIndex(index);
    layer.setParamsViewArray(parameters);
    layer.setParamTable(initializer().init(configuration, parameters, initializeParameters));
    return layer;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof FastConvolution that
        && super.equals(that)
        && appliedTo == that.appliedTo;
  }

  @Override
  protected boolean canEqual(Object other) {
    return other instanceof FastConvolution;
  }

  @Override
  public int hashCode() {
    return Objects.hash(super.hashCode(), appliedTo);
  }
}
