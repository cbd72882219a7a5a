package dev.sparkresnet.model;

import java.io.Serializable;

/**
 * What one training step saw of its minibatch, in train mode and before the update.
 *
 * @param examples images of the minibatch
 * @param lossSum cross-entropy summed over the images, in nats, without weight decay
 * @param correct images whose most probable class is their label
 */
public record StepMetrics(int examples, double lossSum, int correct) implements Serializable {}
