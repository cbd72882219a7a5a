/**
 * Passes through a whole network on the {@link dev.sparkresnet.model.kernels}, outside of DL4J's
 * own loop: {@code Fast...} those of training, {@code Inference...} and {@code Folded...} those of
 * inference.
 */
package dev.sparkresnet.model.fast;
