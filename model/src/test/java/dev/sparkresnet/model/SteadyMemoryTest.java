package dev.sparkresnet.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sparkresnet.model.network.Layers;
import dev.sparkresnet.model.network.NetworkSpec;
import dev.sparkresnet.model.network.Stem;
import dev.sparkresnet.model.network.StrideIn;
import java.util.List;
import java.util.function.BiPredicate;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.Pointer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Memory between step 100 and step 300, with a smaller minibatch now and then. */
class SteadyMemoryTest {
  private static final int WARM = 100;
  private static final int STEPS = 300;
  private static final long MEGABYTE = 1 << 20;

  /** Maps of 13, 7, 4 and 2 pixels, so that every kind of kernel has its part. */
  private static final NetworkSpec SPEC =
      new NetworkSpec(13, 3, 10, Stem.IMAGENET, StrideIn.FIRST, List.of(1, 1), 4, Layers.FAST);

  private final INDArray[] images = {Networks.images(SPEC, 32, 1), Networks.images(SPEC, 7, 2)};
  private final INDArray[] labels = {Networks.labels(SPEC, 32, 3), Networks.labels(SPEC, 7, 4)};
  private final ComputationGraph network = Networks.create(SPEC, 1);
  private final TrainingStep step = new TrainingStep(network, SPEC, Networks.OPTIMIZER);

  /**
   * What is in use.
   *
   * @param heap bytes of the Java heap
   * @param pointers bytes that JavaCPP counts
   * @param arrays bytes that ND4J counts
   * @param process resident bytes, those of the Java heap and of compiled code included
   */
  private record Memory(long heap, long pointers, long arrays, long process) {
    private static final int COLLECTIONS = 5;

    /** The least of some collections: ND4J frees what was collected some time later. */
    static Memory afterCollections() {
      Memory least = afterCollection();
      for (int collection = 1; collection < COLLECTIONS; collection++) {
        least = least.orLess(afterCollection());
      }
      return least;
    }

    private static Memory afterCollection() {
      System.gc();
      Runtime runtime = Runtime.getRuntime();
      return new Memory(
          runtime.totalMemory() - runtime.freeMemory(),
          Pointer.totalBytes(),
          Nd4j.getMemoryManager().allocatedMemory(0),
          Pointer.physicalBytes());
    }

    Memory orLess(Memory other) {
      return new Memory(
          Math.min(heap, other.heap),
          Math.min(pointers, other.pointers),
          Math.min(arrays, other.arrays),
          Math.min(process, other.process));
    }

    /** Whether what is counted is no more; the heap grows by what the JVM learns about hot code. */
    boolean isSteadySince(Memory before) {
      return heap - before.heap < MEGABYTE
          && pointers <= before.pointers
          && arrays <= before.arrays;
    }

    /**
     * Whether the process is no larger either, but for what is not ours: compiled code, and pages
     * of a heap that is emptied less tidily. Arrays of every step that stay behind come to 130 MB.
     */
    boolean isSteadyProcessSince(Memory before) {
      return isSteadySince(before) && process - before.process < 50 * MEGABYTE;
    }
  }

  private void train(int number) {
    step.compute(images[size(number)], labels[size(number)], 0.01);
    step.apply();
  }

  private IntConsumer inference() {
    InferenceNetwork inference = InferenceNetwork.of(network, SPEC);
    return number -> {
      inference.refresh();
      inference.evaluate(images[size(number)], labels[size(number)]);
    };
  }

  private void measureBatchNorm(int number) {
    step.measureBatchNorm(images[size(number)]);
  }

  @Test
  void ofTrainingStepsIsSteady() {
    assertSteady(this::train, Memory::isSteadySince);
  }

  @Test
  void ofInferenceIsSteady() {
    assertSteady(inference(), Memory::isSteadySince);
  }

  @Test
  void ofBatchNormMeasurementsIsSteady() {
    assertSteady(this::measureBatchNorm, Memory::isSteadySince);
  }

  /**
   * How large a process is hangs on all that its JVM did before, so that this comes last, at
   * length.
   */
  @Tag("long")
  @Test
  void ofTheProcessIsSteady() {
    IntConsumer inference = inference();
    IntConsumer all =
        number -> {
          train(number);
          measureBatchNorm(number);
          inference.accept(number);
        };
    for (int round = 0; round < 3; round++) {
      IntStream.range(0, STEPS).forEach(all);
    }
    assertSteady(all, Memory::isSteadyProcessSince);
  }

  /** Every fifth minibatch is the smaller one. */
  private static int size(int number) {
    return number % 5 / 4;
  }

  private static void assertSteady(IntConsumer step, BiPredicate<Memory, Memory> steady) {
    for (int number = 0; number < WARM; number++) {
      step.accept(number);
    }
    Memory before = Memory.afterCollections();
    for (int number = WARM; number < STEPS; number++) {
      step.accept(number);
    }
    Memory after = Memory.afterCollections();
    for (int patience = 0; patience < 20 && !steady.test(after, before); patience++) {
      after = after.orLess(Memory.afterCollections());
    }
    assertThat(after).matches(memory -> steady.test(memory, before), "no more than " + before);
  }
}
