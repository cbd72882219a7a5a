/** The training run: epochs of gradient sharing, batch norm, evaluation. */
package dev.sparkresnet.job.training;
