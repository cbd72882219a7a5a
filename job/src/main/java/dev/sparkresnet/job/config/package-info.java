/** The configuration of a training run: HOCON files read once into immutable records. */
package dev.sparkresnet.job.config;
