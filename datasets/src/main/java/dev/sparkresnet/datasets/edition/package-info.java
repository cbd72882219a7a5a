/** What users have in place of the binary files of CIFAR-10: how it is told, and what helps. */
package dev.sparkresnet.datasets.edition;
