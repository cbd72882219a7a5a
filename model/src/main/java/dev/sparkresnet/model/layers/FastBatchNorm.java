package dev.sparkresnet.model.layers;

import java.util.Collection;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Configuration of a batch norm on the fast kernels, with or without a ReLU behind it. */
public final class FastBatchNorm extends BatchNormalization {

  /** For deserialization. */
  public FastBatchNorm() {}

  /**
   * A batch norm that stores its variance as it is.
   *
   * @param activation {@code RELU} or {@code IDENTITY}
   */
  public FastBatchNorm(double epsilon, double decay, Activation activation) {
    setEps(epsilon);
    setDecay(decay);
    setUseLogStd(false);
    setActivationFn(activation.getActivationFunction());
  }

  @Override
  public FastBatchNorm clone() {
    return (FastBatchNorm) super.clone();
  }

  @Override
  public Layer instantiate(
      NeuralNetConfiguration configuration,
      Collection<TrainingListener> listeners,
      int index,
      INDArray parameters,
      boolean initializeParameters,
      DataType type) {
    FastBatchNormLayer layer = new FastBatchNormLayer(configuration, type);
    layer.setListeners(listeners);
    layer.setIndex(index);
    layer.setParamsViewArray(parameters);
    layer.setParamTable(initializer().init(configuration, parameters, initializeParameters));
    return layer;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof FastBatchNorm that && super.equals(that);
  }

  @Override
  protected boolean canEqual(Object other) {
    return other instanceof FastBatchNorm;
  }

  @Override
  public int hashCode() {
    return super.hashCode();
  }
}
