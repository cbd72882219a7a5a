package dev.sparkresnet.model;

import dev.sparkresnet.model.fast.InferencePasses;
import dev.sparkresnet.model.network.NetworkSpec;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A snapshot of a network for inference, with every batch norm folded into its convolution.
 *
 * <p>Changes of the network reach it by {@link #refresh()} only. Its memory is expensive to
 * allocate and kept from call to call. Not for use by several threads.
 */
public final class InferenceNetwork implements AutoCloseable {
  private final NetworkSpec spec;
  private final DataType type;
  private final InferencePasses passes;

  private InferenceNetwork(ComputationGraph network, NetworkSpec spec) {
    this.spec = spec;
    this.type = network.params().dataType();
    this.passes = new InferencePasses(network, spec);
  }

  /**
   * A snapshot of a network.
   *
   * @param network an initialised network of {@link ResNet#create}, new or restored
   * @param spec what it was created from
   */
  public static InferenceNetwork of(ComputationGraph network, NetworkSpec spec) {
    return new InferenceNetwork(network, spec);
  }

  /** Takes a new snapshot of the same network. */
  public void refresh() {
    passes.refresh();
  }

  /**
   * Computes the logits of the classes, [n, classes], in an array that the next call overwrites.
   *
   * @param images [n, channels, size, size]
   * @throws IllegalArgumentException if the images have the wrong shape or type
   */
  public INDArray logits(INDArray images) {
    ArrayCheck.requireImages("run network", images, type, spec);
    return passes.forImages(images).run(images);
  }

  /**
   * Classifies a batch of images and compares with the labels.
   *
   * @param images [n, channels, size, size]
   * @param labels one-hot, [n, classes]
   */
  public EvaluationMetrics evaluate(INDArray images, INDArray labels) {
    CrossEntropy result =
        CrossEntropy.ofLogits(logits(images).toDoubleMatrix(), labels.toDoubleMatrix());
    return new EvaluationMetrics(images.size(0), result.lossSum(), result.correct());
  }

  /** Frees the memory of the activations; the next call allocates it again. */
  @Override
  public void close() {
    passes.close();
  }
}
