package dev.sparkresnet.model.fast;

import dev.sparkresnet.model.fast.FastMemory.Shared;
import dev.sparkresnet.model.kernels.FeatureMap;
import dev.sparkresnet.model.kernels.HeadKernel;
import dev.sparkresnet.model.network.Architecture;
import dev.sparkresnet.model.network.Bottleneck;
import dev.sparkresnet.model.network.Stage;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The forward and backward pass of a network in train mode, for minibatches of one size.
 *
 * <p>Every array exists before the first step and every operation keeps its native context, so a
 * step allocates next to nothing.
 */
public final class FastPass {
  private static final List<Shared> BLOCK_GRADIENTS = List.of(Shared.BLOCK, Shared.OTHER_BLOCK);

  private final LayerClock clock;
  private final FastStem stem;
  private final List<FastBottleneck> blocks = new ArrayList<>();
  private final HeadKernel head;

  FastPass(Architecture network, FastContext context) {
    this.clock = context.clock();
    this.stem = new FastStem(network, context);
    FeatureMap x = stem.output();
    FeatureMap dx = stem.outputGradient();
    for (int index = 0; index < network.stages().size(); index++) {
      Stage stage = network.stages().get(index);
      FeatureMap dy =
          context
              .memory()
              .share(BLOCK_GRADIENTS.get(index % 2), stage.outputSize(), stage.outputChannels());
      for (Bottleneck block : stage.blocks()) {
        FastBottleneck fast = new FastBottleneck(block, x, dx, dy, context);
        blocks.add(fast);
        x = fast.output();
        dx = dy;
      }
    }
    this.head = context.parameters().head(x, dx);
  }

  public Stream<FastUnit> units() {
    return Stream.concat(Stream.of(stem.unit()), blocks.stream().flatMap(FastBottleneck::units));
  }

  /**
   * Computes the logits, [n, classes], in an array that the next step overwrites.
   *
   * @param images [n, channels, size, size]
   */
  public INDArray forward(INDArray images) {
    stem.forward(images);
    blocks.forEach(FastBottleneck::forward);
    INDArray[] logits = new INDArray[1];
    clock.time(LayerKind.HEAD_AND_POOLING, () -> logits[0] = head.forward());
    return logits[0];
  }

  /**
   * Computes the gradients of the cross-entropy summed over the images, times a factor, for the
   * last {@link #forward}.
   *
   * @param labels one-hot, [n, classes]
   */
  public void backward(INDArray labels, double factor) {
    clock.time(LayerKind.HEAD_AND_POOLING, () -> head.backward(labels, factor));
    for (int index = blocks.size() - 1; index >= 0; index--) {
      blocks.get(index).backward();
    }
    stem.backward();
  }
}
