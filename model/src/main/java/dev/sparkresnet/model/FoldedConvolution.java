package dev.sparkresnet.model;

import dev.sparkresnet.model.kernels.BiasKernel;
import dev.sparkresnet.model.kernels.ConvolutionKernel;
import dev.sparkresnet.model.kernels.FeatureMap;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * A convolution with the batch norm behind it folded into its weights and bias, for inference.
 *
 * <p>With running mean m and variance v, scale g and shift b: every filter times {@code g / sqrt(v
 * + epsilon)}, and a bias of {@code b - m g / sqrt(v + epsilon)}.
 */
final class FoldedConvolution {
  private final Convolution convolution;
  private final ConvolutionKernel kernel;
  private final BiasKernel bias;

  private FoldedConvolution(Convolution convolution, ConvolutionKernel kernel, INDArray bias) {
    this.convolution = convolution;
    this.kernel = kernel;
    this.bias = new BiasKernel(bias);
    kernel.prepare();
  }

  static FoldedConvolution ofImages(Convolution convolution, Map<String, INDArray> parameters) {
    Folded folded = Folded.of(convolution, parameters);
    return new FoldedConvolution(
        convolution,
        ConvolutionKernel.ofImages(convolution.stride(), convolution.padding(), folded.weights),
        folded.bias);
  }

  static FoldedConvolution ofFeatures(Convolution convolution, Map<String, INDArray> parameters) {
    Folded folded = Folded.of(convolution, parameters);
    return new FoldedConvolution(
        convolution,
        ConvolutionKernel.ofFeatures(
            convolution.inputSize(), convolution.stride(), convolution.padding(), folded.weights),
        folded.bias);
  }

  Convolution convolution() {
    return convolution;
  }

  void run(FeatureMap x, FeatureMap y) {
    kernel.forward(x, y);
    bias.forward(y);
  }

  private record Folded(INDArray weights, INDArray bias) {

    static Folded of(Convolution convolution, Map<String, INDArray> parameters) {
      String batchNorm = convolution.batchNormName();
      INDArray variance = parameters.get(batchNorm + "_var");
      INDArray scale = Transforms.sqrt(variance.add(ResNet.BATCH_NORM_EPSILON), false);
      scale.rdivi(1).muli(parameters.get(batchNorm + "_gamma"));
      INDArray weights = parameters.get(convolution.convolutionName() + "_W");
      INDArray shift = parameters.get(batchNorm + "_mean").neg();
      if (convolution.hasBias()) {
        shift.addi(parameters.get(convolution.convolutionName() + "_b"));
      }
      return new Folded(
          weights.mul(scale.reshape(scale.length(), 1, 1, 1)),
          shift.muli(scale).addi(parameters.get(batchNorm + "_beta")));
    }
  }
}
