package dev.sparkresnet.model;

import java.util.EnumMap;
import java.util.Map;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Times training steps and inference of a network on random images, with the threads that the
 * process has ({@code OMP_NUM_THREADS}).
 */
public final class Benchmark {
  private static final int PRODUCT_SIZE = 2048;
  private static final int PRODUCT_REPETITIONS = 10;

  private final NetworkSpec spec;
  private final OptimizerSpec optimizer;
  private final int batch;
  private final int warmUps;
  private final int repetitions;
  private final INDArray images;
  private final INDArray labels;

  /**
   * A benchmark that has not run yet.
   *
   * @param batch images of a minibatch
   * @param warmUps runs that are not timed; at least one, which allocates
   * @param repetitions runs that are timed
   */
  public Benchmark(
      NetworkSpec spec, OptimizerSpec optimizer, int batch, int warmUps, int repetitions) {
    requireAtLeastOne("batch size", batch);
    requireAtLeastOne("warm-up runs", warmUps);
    requireAtLeastOne("timed runs", repetitions);
    this.spec = spec;
    this.optimizer = optimizer;
    this.batch = batch;
    this.warmUps = warmUps;
    this.repetitions = repetitions;
    this.images =
        Nd4j.rand(DataType.FLOAT, batch, spec.channels(), spec.inputSize(), spec.inputSize());
    this.labels = Nd4j.zeros(DataType.FLOAT, batch, spec.classes());
    for (int image = 0; image < batch; image++) {
      labels.putScalar(image, image % spec.classes(), 1);
    }
  }

  private static void requireAtLeastOne(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(
          "Cannot run benchmark: %s must be at least 1, found %d".formatted(name, value));
    }
  }

  /** Times the layers that the spec names. */
  public BenchmarkResult run() {
    ComputationGraph network = ResNet.create(spec, optimizer, 1);
    TrainingStep step = new TrainingStep(network, optimizer);
    Timing training =
        Timing.of(
            batch,
            warmUps,
            repetitions,
            () -> {
              step.compute(images, labels, optimizer.learningRate());
              step.apply();
            });
    return new BenchmarkResult(
        spec.layers(),
        training,
        inference(network),
        secondsByKind(step),
        6.0 * batch * Architecture.of(spec).multiplyAdds(),
        productCeiling());
  }

  private Timing inference(ComputationGraph network) {
    return switch (spec.layers()) {
      case FAST -> {
        try (InferenceNetwork folded = InferenceNetwork.of(network, spec.inputSize())) {
          yield Timing.of(batch, warmUps, repetitions, () -> folded.logits(images));
        }
      }
      case STOCK ->
          Timing.of(batch, warmUps, repetitions, () -> network.outputSingle(images).close());
    };
  }

  private Map<LayerKind, Double> secondsByKind(TrainingStep step) {
    Map<LayerKind, Double> seconds = new EnumMap<>(LayerKind.class);
    step.resetSecondsByKind();
    for (int repetition = 0; repetition < repetitions; repetition++) {
      step.compute(images, labels, optimizer.learningRate());
    }
    step.secondsByKind().forEach((kind, total) -> seconds.put(kind, total / repetitions));
    return seconds;
  }

  /** Floating-point operations a second of the faster of libnd4j's two matrix products. */
  private static double productCeiling() {
    INDArray left = Nd4j.rand(DataType.FLOAT, PRODUCT_SIZE, PRODUCT_SIZE);
    INDArray right = Nd4j.rand(DataType.FLOAT, PRODUCT_SIZE, PRODUCT_SIZE);
    INDArray product = Nd4j.create(DataType.FLOAT, PRODUCT_SIZE, PRODUCT_SIZE);
    Timing ours = Timing.of(1, 2, PRODUCT_REPETITIONS, () -> Nd4j.matmul(left, right, product));
    INDArray blasProduct =
        Nd4j.create(DataType.FLOAT, new long[] {PRODUCT_SIZE, PRODUCT_SIZE}, 'f');
    Timing blas =
        Timing.of(
            1,
            2,
            PRODUCT_REPETITIONS,
            () -> Nd4j.gemm(left, right, blasProduct, false, false, 1, 0));
    double fastest = Math.min(ours.fastestSeconds(), blas.fastestSeconds());
    return 2.0 * PRODUCT_SIZE * PRODUCT_SIZE * PRODUCT_SIZE / fastest;
  }
}
