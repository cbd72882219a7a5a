/** Bringing the images to the file system of the cluster, and checking the official archive. */
package dev.sparkresnet.datasets.staging;
