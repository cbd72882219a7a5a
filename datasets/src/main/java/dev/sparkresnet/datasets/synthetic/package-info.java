/** A learnable data set in the form of CIFAR-10, for machines without the real one. */
package dev.sparkresnet.datasets.synthetic;
