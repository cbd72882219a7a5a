/**
 * DL4J layers on the fast kernels, channels last. They have the parameters of DL4J's own layers,
 * with the same names, shapes and order, and run wherever those run; {@link
 * dev.sparkresnet.model.TrainingStep} knows a faster way to run a whole network of them.
 *
 * <p>The running mean and variance of a batch norm are parameters that no gradient touches.
 */
package dev.sparkresnet.model.layers;
