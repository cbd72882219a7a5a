package dev.sparkresnet.job.monitoring;

import java.io.Serializable;
import java.util.Map;

/**
 * What an executor tells the driver of itself.
 *
 * @param executor Spark's name of it
 * @param values by name
 */
record ExecutorFigures(String executor, Map<String, Double> values) implements Serializable {}
