package dev.sparkresnet.model.fast;

import dev.sparkresnet.model.fast.FastMemory.Shared;
import dev.sparkresnet.model.kernels.FeatureMap;
import dev.sparkresnet.model.kernels.HeadKernel;
import dev.sparkresnet.model.kernels.JoinKernel;
import dev.sparkresnet.model.kernels.MaxPoolKernel;
import dev.sparkresnet.model.kernels.Rectifier;
import dev.sparkresnet.model.kernels.Subsampling;
import dev.sparkresnet.model.network.Architecture;
import dev.sparkresnet.model.network.Bottleneck;
import dev.sparkresnet.model.network.ConvolutionUnit;
import dev.sparkresnet.model.network.MaxPool;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The forward pass of folded convolutions, for minibatches of one size. */
public final class InferencePass {
  private final FastMemory memory;
  private final FoldedNetwork folded;
  private final FeatureMap images;
  private final List<Runnable> steps = new ArrayList<>();
  private final HeadKernel head;

  /** A pass that has not run yet. */
  InferencePass(Architecture network, FastMemory memory, FoldedNetwork folded) {
    this.memory = memory;
    this.folded = folded;
    this.images = memory.keep(network.stem().inputSize(), network.stem().inputChannels());
    FeatureMap x = stem(network);
    Shared free = Shared.BLOCK;
    for (Bottleneck block : network.blocks().toList()) {
      x = bottleneck(block, x, free);
      free = free == Shared.BLOCK ? Shared.OTHER_BLOCK : Shared.BLOCK;
    }
    this.head = folded.head(x);
  }

  /**
   * Computes the logits, [n, classes], in an array that the next run overwrites.
   *
   * @param channelsFirst images, [n, channels, size, size]
   */
  public INDArray run(INDArray channelsFirst) {
    images.images().assign(channelsFirst.permute(0, 2, 3, 1));
    steps.forEach(Runnable::run);
    return head.forward();
  }

  private FeatureMap stem(Architecture network) {
    if (network.pool().isEmpty()) {
      return convolution(network.stem(), images, Shared.OTHER_BLOCK);
    }
    MaxPool pool = network.pool().get();
    FeatureMap x = convolution(network.stem(), images, Shared.BLOCK);
    FeatureMap y = memory.share(Shared.OTHER_BLOCK, pool.outputSize(), pool.channels());
    MaxPoolKernel kernel = new MaxPoolKernel(MaxPool.KERNEL, MaxPool.STRIDE, MaxPool.PADDING);
    steps.add(() -> kernel.forward(x, y));
    return y;
  }

  private FeatureMap bottleneck(Bottleneck block, FeatureMap x, Shared free) {
    FeatureMap seen = block.projection().map(unit -> seen(unit, x)).orElse(x);
    FeatureMap shortcut =
        block.projection().map(unit -> convolution(unit, seen, Shared.PROJECTED)).orElse(x);
    Iterator<Shared> outputs = List.of(Shared.REDUCED, Shared.FILTERED, free).iterator();
    FeatureMap last = x;
    for (ConvolutionUnit unit : block.residual()) {
      last = convolution(unit, unit.skipsPixels() ? seen : last, outputs.next());
    }
    FeatureMap y = last;
    JoinKernel join = new JoinKernel();
    steps.add(() -> join.forward(y, shortcut));
    return y;
  }

  /** The pixels that a convolution sees. */
  private FeatureMap seen(ConvolutionUnit unit, FeatureMap x) {
    if (!unit.skipsPixels()) {
      return x;
    }
    FeatureMap seen = memory.share(Shared.STRIDED, unit.outputSize(), unit.inputChannels());
    Subsampling subsampling = new Subsampling(unit.stride());
    steps.add(() -> subsampling.forward(x, seen));
    return seen;
  }

  private FeatureMap convolution(ConvolutionUnit unit, FeatureMap x, Shared where) {
    FeatureMap y = memory.share(where, unit.outputSize(), unit.outputChannels());
    FoldedConvolution convolution = folded.convolution(unit);
    steps.add(() -> convolution.run(x, y));
    if (unit.isActivated()) {
      Rectifier rectifier = new Rectifier();
      steps.add(() -> rectifier.forward(y));
    }
    return y;
  }
}
