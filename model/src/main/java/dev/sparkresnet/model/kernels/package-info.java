/**
 * The arithmetic of single layers, forward and backward, on arrays that the caller provides.
 *
 * <p>Everything is built from libnd4j operations, so that the same code runs on oneDNN and on
 * cuDNN. Activations lie channels last, [n, height, width, channels]: then a 1x1 convolution is one
 * matrix product and a batch norm works on the columns of a matrix. No kernel allocates memory once
 * it has seen its batch size; no kernel is safe for use by several threads.
 */
package dev.sparkresnet.model.kernels;
