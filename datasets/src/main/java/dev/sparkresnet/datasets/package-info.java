/**
 * CIFAR-10 from files to minibatches: finding and checking the files, reading records, sharing them
 * out to replicas, shuffling, augmentation and normalisation.
 *
 * <p>Nothing here knows Spark: a job distributes {@link dev.sparkresnet.datasets.Slice}s and {@link
 * dev.sparkresnet.datasets.CifarRecord}s, which are serialisable, and assembles minibatches where
 * the records are.
 */
package dev.sparkresnet.datasets;
