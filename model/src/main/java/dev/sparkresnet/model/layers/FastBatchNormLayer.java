package dev.sparkresnet.model.layers;

import dev.sparkresnet.model.kernels.BatchNormKernel;
import dev.sparkresnet.model.kernels.FeatureMap;
import dev.sparkresnet.model.kernels.Rectifier;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.BaseLayer;
import org.deeplearning4j.nn.params.BatchNormalizationParamInitializer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A batch norm whose arithmetic is a {@link BatchNormKernel}'s. In train mode it centres its input
 * in place.
 */
final class FastBatchNormLayer extends BaseLayer<FastBatchNorm> {
  private static final String GAMMA = BatchNormalizationParamInitializer.GAMMA;
  private static final String BETA = BatchNormalizationParamInitializer.BETA;
  private static final String MEAN = BatchNormalizationParamInitializer.GLOBAL_MEAN;
  private static final String VARIANCE = BatchNormalizationParamInitializer.GLOBAL_VAR;

  private final transient Rectifier rectifier = new Rectifier();
  private transient BatchNormKernel kernel;
  private transient FeatureMap centered;
  private transient FeatureMap output;

  FastBatchNormLayer(NeuralNetConfiguration configuration, DataType type) {
    super(configuration, type);
  }

  @Override
  public INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
    assertInputSet(false);
    useKernel();
    FeatureMap z = featureMap(input, workspaces, ArrayType.ACTIVATIONS);
    centered = z;
    output = like(z, workspaces, ArrayType.ACTIVATIONS);
    if (training) {
      kernel.forward(z, output, like(z, workspaces, ArrayType.FF_WORKING_MEM));
    } else {
      kernel.infer(z, output, getParam(MEAN), getParam(VARIANCE));
    }
    if (isRectified()) {
      rectifier.forward(output);
    }
    return output.images();
  }

  @Override
  public Pair<Gradient, INDArray> backpropGradient(INDArray epsilon, LayerWorkspaceMgr workspaces) {
    assertInputSet(true);
    FeatureMap dy = featureMap(epsilon, workspaces, ArrayType.BP_WORKING_MEM);
    if (isRectified()) {
      rectifier.backward(dy, output);
    }
    kernel.trainInto(gradientViews.get(GAMMA), gradientViews.get(BETA));
    FeatureMap dz = like(centered, workspaces, ArrayType.ACTIVATION_GRAD);
    kernel.backward(dy, centered, dz, like(centered, workspaces, ArrayType.BP_WORKING_MEM));
    return new Pair<>(gradients(), dz.images());
  }

  private Gradient gradients() {
    gradientViews.get(MEAN).assign(0);
    gradientViews.get(VARIANCE).assign(0);
    Gradient gradients = new DefaultGradient();
    gradientViews.forEach(gradients::setGradientFor);
    return gradients;
  }

  private boolean isRectified() {
    return layerConf().getActivationFn() instanceof ActivationReLU;
  }

  private FeatureMap featureMap(INDArray array, LayerWorkspaceMgr workspaces, ArrayType copyTo) {
    return LayerInput.of(
        array, layerConf().getNOut(), dataType, layerConf().getLayerName(), workspaces, copyTo);
  }

  private FeatureMap like(FeatureMap other, LayerWorkspaceMgr workspaces, ArrayType where) {
    return FeatureMap.of(
        workspaces.createUninitialized(where, dataType, other.images().shape(), 'c'));
  }

  private void useKernel() {
    if (kernel == null) {
      kernel = new BatchNormKernel(getParam(GAMMA), getParam(BETA), layerConf().getEps());
    }
  }

  @Override
  public void clear() {
    super.clear();
    centered = null;
    output = null;
  }

  @Override
  public Type type() {
    return Type.NORMALIZATION;
  }

  @Override
  public boolean isPretrainLayer() {
    return false;
  }
}
