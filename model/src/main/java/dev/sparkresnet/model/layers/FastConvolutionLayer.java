package dev.sparkresnet.model.layers;

import dev.sparkresnet.model.kernels.BiasKernel;
import dev.sparkresnet.model.kernels.ConvolutionKernel;
import dev.sparkresnet.model.kernels.FeatureMap;
import dev.sparkresnet.model.kernels.Subsampling;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.BaseLayer;
import org.deeplearning4j.nn.params.ConvolutionParamInitializer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A convolution whose arithmetic is a {@link ConvolutionKernel}'s. */
final class FastConvolutionLayer extends BaseLayer<FastConvolution> {
  private static final String WEIGHTS = ConvolutionParamInitializer.WEIGHT_KEY;
  private static final String BIAS = ConvolutionParamInitializer.BIAS_KEY;

  private transient ConvolutionKernel kernel;
  private transient BiasKernel bias;
  private transient int kernelInputSize;

  FastConvolutionLayer(NeuralNetConfiguration configuration, DataType type) {
    super(configuration, type);
  }

  @Override
  public INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
    assertInputSet(false);
    FeatureMap x = kernelInput(workspaces, ArrayType.FF_WORKING_MEM);
    useKernelFor(x.size());
    FeatureMap z = FeatureMap.of(create(workspaces, ArrayType.ACTIVATIONS, outputShape(x)));
    kernel.prepare();
    kernel.forward(x, z);
    if (layerConf().hasBias()) {
      bias.forward(z);
    }
    return z.images();
  }

  @Override
  public Pair<Gradient, INDArray> backpropGradient(INDArray epsilon, LayerWorkspaceMgr workspaces) {
    assertInputSet(true);
    FeatureMap x = kernelInput(workspaces, ArrayType.BP_WORKING_MEM);
    FeatureMap dz =
        LayerInput.of(
            epsilon,
            layerConf().getNOut(),
            dataType,
            layerConf().getLayerName(),
            workspaces,
            ArrayType.BP_WORKING_MEM);
    kernel.trainInto(gradientViews.get(WEIGHTS));
    if (layerConf().hasBias()) {
      bias.trainInto(gradientViews.get(BIAS));
      bias.backward(dz);
    }
    return new Pair<>(gradients(), backward(x, dz, workspaces));
  }

  private INDArray backward(FeatureMap x, FeatureMap dz, LayerWorkspaceMgr workspaces) {
    if (layerConf().appliedTo() == ConvolutionInput.IMAGES) {
      kernel.backward(x, dz, x);
      return null;
    }
    FeatureMap dx = FeatureMap.of(create(workspaces, ArrayType.ACTIVATION_GRAD, input.shape()));
    if (!isSubsampled()) {
      kernel.backward(x, dz, dx);
      return dx.images();
    }
    FeatureMap dseen =
        FeatureMap.of(create(workspaces, ArrayType.BP_WORKING_MEM, x.images().shape()));
    kernel.backward(x, dz, dseen);
    new Subsampling(stride()).backward(dseen, dx);
    return dx.images();
  }

  private Gradient gradients() {
    Gradient gradients = new DefaultGradient();
    gradients.setGradientFor(WEIGHTS, gradientViews.get(WEIGHTS), 'c');
    if (layerConf().hasBias()) {
      gradients.setGradientFor(BIAS, gradientViews.get(BIAS));
    }
    return gradients;
  }

  /** The input, or those of its pixels that a strided 1x1 convolution sees. */
  private FeatureMap kernelInput(LayerWorkspaceMgr workspaces, ArrayType copyTo) {
    FeatureMap x =
        LayerInput.of(
            input, layerConf().getNIn(), dataType, layerConf().getLayerName(), workspaces, copyTo);
    if (!isSubsampled()) {
      return x;
    }
    long size = (x.size() - 1L) / stride() + 1;
    FeatureMap seen =
        FeatureMap.of(create(workspaces, copyTo, x.batch(), size, size, layerConf().getNIn()));
    new Subsampling(stride()).forward(x, seen);
    return seen;
  }

  private boolean isSubsampled() {
    return layerConf().getKernelSize()[0] == 1 && stride() > 1;
  }

  private int stride() {
    return layerConf().getStride()[0];
  }

  private long[] outputShape(FeatureMap x) {
    int padding = layerConf().getPadding()[0];
    int stride = isSubsampled() ? 1 : stride();
    long size = (x.size() + 2L * padding - layerConf().getKernelSize()[0]) / stride + 1;
    return new long[] {x.batch(), size, size, layerConf().getNOut()};
  }

  private INDArray create(LayerWorkspaceMgr workspaces, ArrayType where, long... shape) {
    return workspaces.createUninitialized(where, dataType, shape, 'c');
  }

  private void useKernelFor(int inputSize) {
    if (kernel != null && kernelInputSize == inputSize) {
      return;
    }
    int padding = layerConf().getPadding()[0];
    INDArray weights = getParam(WEIGHTS);
    kernel =
        switch (layerConf().appliedTo()) {
          case IMAGES -> ConvolutionKernel.ofImages(stride(), padding, weights);
          case FEATURES -> ConvolutionKernel.ofFeatures(inputSize, stride(), padding, weights);
        };
    kernelInputSize = inputSize;
    if (layerConf().hasBias()) {
      bias = new BiasKernel(getParam(BIAS));
    }
  }

  @Override
  public Type type() {
    return Type.CONVOLUTIONAL;
  }

  @Override
  public boolean hasBias() {
    return layerConf().hasBias();
  }

  @Override
  public boolean isPretrainLayer() {
    return false;
  }
}
