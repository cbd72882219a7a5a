package dev.sparkresnet.model;

import dev.sparkresnet.model.fast.LayerClock;
import org.nd4j.linalg.api.ndarray.INDArray;

/** One way to compute the update of a step. */
sealed interface StepComputation extends AutoCloseable permits StockStep, FastStep {

  /**
   * Leaves the update in the network's gradient array and moves the velocity.
   *
   * @param images [n, channels, size, size]
   * @param labels one-hot, [n, classes]
   * @return loss and hits before the update
   */
  CrossEntropy compute(INDArray images, INDArray labels, double learningRate);

  /**
   * Measures what enters each batch norm in train mode.
   *
   * @param images [n, channels, size, size]
   */
  BatchNormMoments measureBatchNorm(INDArray images);

  /** Where the time goes, as far as anybody counts. */
  LayerClock clock();

  /** Frees the memory of the activations; the next computation allocates it again. */
  @Override
  void close();
}
