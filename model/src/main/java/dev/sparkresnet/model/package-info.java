/**
 * Making, training and applying a residual network: {@link dev.sparkresnet.model.ResNet} makes it,
 * {@link dev.sparkresnet.model.TrainingStep} trains it, {@link
 * dev.sparkresnet.model.InferenceNetwork} classifies with it.
 */
package dev.sparkresnet.model;
