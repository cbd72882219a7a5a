package dev.sparkresnet.model.fast;

import dev.sparkresnet.model.kernels.BiasKernel;
import dev.sparkresnet.model.kernels.ConvolutionKernel;
import dev.sparkresnet.model.kernels.FeatureMap;
import dev.sparkresnet.model.kernels.FoldKernel;
import dev.sparkresnet.model.network.ConvolutionUnit;
import java.util.Map;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A convolution with the batch norm behind it folded in, for inference. */
final class FoldedConvolution {
  private final FoldKernel fold;
  private final ConvolutionKernel kernel;
  private final BiasKernel bias;

  private FoldedConvolution(FoldKernel fold, ConvolutionKernel kernel) {
    this.fold = fold;
    this.kernel = kernel;
    this.bias = new BiasKernel(fold.bias());
  }

  static FoldedConvolution ofImages(ConvolutionUnit unit, Map<String, INDArray> parameters) {
    FoldKernel fold = fold(unit, parameters);
    return new FoldedConvolution(
        fold, ConvolutionKernel.ofImages(unit.stride(), unit.padding(), fold.weights()));
  }

  static FoldedConvolution ofFeatures(ConvolutionUnit unit, Map<String, INDArray> parameters) {
    FoldKernel fold = fold(unit, parameters);
    return new FoldedConvolution(
        fold,
        ConvolutionKernel.ofFeatures(
            unit.inputSize(), unit.stride(), unit.padding(), fold.weights()));
  }

  private static FoldKernel fold(ConvolutionUnit unit, Map<String, INDArray> parameters) {
    String batchNorm = unit.batchNormName();
    return new FoldKernel(
        parameters.get(unit.convolutionName() + "_W"),
        Optional.ofNullable(parameters.get(unit.convolutionName() + "_b")),
        new FoldKernel.Statistics(
            parameters.get(batchNorm + "_gamma"),
            parameters.get(batchNorm + "_beta"),
            parameters.get(batchNorm + "_mean"),
            parameters.get(batchNorm + "_var")),
        ConvolutionUnit.BATCH_NORM_EPSILON);
  }

  /** Takes the parameters as they are now. */
  void refresh() {
    fold.run();
    kernel.prepare();
  }

  void run(FeatureMap x, FeatureMap y) {
    kernel.forward(x, y);
    bias.forward(y);
  }
}
