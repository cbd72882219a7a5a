/** How long training and inference take, and how fast this machine could be. */
package dev.sparkresnet.model.benchmark;
