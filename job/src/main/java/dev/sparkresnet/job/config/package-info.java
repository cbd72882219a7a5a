/**
 * The configuration of a training run: HOCON files read once into immutable records.
 *
 * <p>Large, since every block of the configuration is a record of its own.
 */
package dev.sparkresnet.job.config;
