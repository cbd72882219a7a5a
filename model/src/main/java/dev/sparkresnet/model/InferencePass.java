package dev.sparkresnet.model;

import dev.sparkresnet.model.FastMemory.Shared;
import dev.sparkresnet.model.kernels.FeatureMap;
import dev.sparkresnet.model.kernels.HeadKernel;
import dev.sparkresnet.model.kernels.JoinKernel;
import dev.sparkresnet.model.kernels.MaxPoolKernel;
import dev.sparkresnet.model.kernels.Rectifier;
import dev.sparkresnet.model.kernels.Subsampling;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The forward pass of folded convolutions, for minibatches of one size. */
final class InferencePass {
  private final FastMemory memory;
  private final Function<Convolution, FoldedConvolution> convolutions;
  private final FeatureMap images;
  private final List<Runnable> steps = new ArrayList<>();
  private final HeadKernel head;

  /**
   * A pass that has not run yet.
   *
   * @param convolutions the folded ones
   * @param headOf makes the head on a feature map
   */
  InferencePass(
      Architecture network,
      FastMemory memory,
      Function<Convolution, FoldedConvolution> convolutions,
      Function<FeatureMap, HeadKernel> headOf) {
    this.memory = memory;
    this.convolutions = convolutions;
    this.images = memory.keep(network.spec().inputSize(), network.spec().channels());
    FeatureMap x = stem(network);
    Shared free = Shared.BLOCK;
    for (Stage stage : network.stages()) {
      for (Bottleneck block : stage.blocks()) {
        x = bottleneck(block, x, free);
        free = free == Shared.BLOCK ? Shared.OTHER_BLOCK : Shared.BLOCK;
      }
    }
    this.head = headOf.apply(x);
  }

  /**
   * Computes the logits, [n, classes], in an array that the next run overwrites.
   *
   * @param channelsFirst images, [n, channels, size, size]
   */
  INDArray run(INDArray channelsFirst) {
    images.images().assign(channelsFirst.permute(0, 2, 3, 1));
    steps.forEach(Runnable::run);
    return head.forward();
  }

  private FeatureMap stem(Architecture network) {
    if (!network.hasStemPool()) {
      return rectified(convolution(network.stem(), images, Shared.OTHER_BLOCK));
    }
    FeatureMap x = rectified(convolution(network.stem(), images, Shared.BLOCK));
    FeatureMap y =
        memory.share(Shared.OTHER_BLOCK, network.sizeAfterStem(), network.stem().outputChannels());
    MaxPoolKernel pool =
        new MaxPoolKernel(
            Architecture.POOL_KERNEL, Architecture.POOL_STRIDE, Architecture.POOL_PADDING);
    steps.add(() -> pool.forward(x, y));
    return y;
  }

  private FeatureMap bottleneck(Bottleneck block, FeatureMap x, Shared free) {
    FeatureMap seen = block.projection().map(each -> subsampled(each, x)).orElse(x);
    FeatureMap shortcut =
        block.projection().map(each -> convolution(each, seen, Shared.PROJECTED)).orElse(x);
    FeatureMap reduceInput = block.reduce().stride() > 1 ? seen : x;
    FeatureMap reduced = rectified(convolution(block.reduce(), reduceInput, Shared.REDUCED));
    FeatureMap filtered = rectified(convolution(block.spatial(), reduced, Shared.FILTERED));
    FeatureMap y = convolution(block.expand(), filtered, free);
    JoinKernel join = new JoinKernel();
    steps.add(() -> join.forward(y, shortcut));
    return y;
  }

  private FeatureMap subsampled(Convolution projection, FeatureMap x) {
    if (projection.stride() == 1) {
      return x;
    }
    FeatureMap seen =
        memory.share(Shared.STRIDED, projection.outputSize(), projection.inputChannels());
    Subsampling subsampling = new Subsampling(projection.stride());
    steps.add(() -> subsampling.forward(x, seen));
    return seen;
  }

  private FeatureMap convolution(Convolution convolution, FeatureMap x, Shared where) {
    FeatureMap y = memory.share(where, convolution.outputSize(), convolution.outputChannels());
    FoldedConvolution folded = convolutions.apply(convolution);
    steps.add(() -> folded.run(x, y));
    return y;
  }

  private FeatureMap rectified(FeatureMap x) {
    Rectifier rectifier = new Rectifier();
    steps.add(() -> rectifier.forward(x));
    return x;
  }
}
