package dev.sparkresnet.job.replica;

import java.io.Serializable;

/**
 * How updates were encoded at one step.
 *
 * @param step counted from 0 in the epoch
 * @param threshold by which a parameter that was sent moved
 * @param sparsity share of the parameters that were sent, 0 to 1
 */
public record EncodingSample(int step, double threshold, double sparsity) implements Serializable {}
