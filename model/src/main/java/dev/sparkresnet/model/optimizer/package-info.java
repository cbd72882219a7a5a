/** How parameters change: momentum, weight decay and the schedule of the learning rate. */
package dev.sparkresnet.model.optimizer;
