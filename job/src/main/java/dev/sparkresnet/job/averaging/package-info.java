/** Parameter averaging: replicas train apart for some steps and continue from their mean. */
package dev.sparkresnet.job.averaging;
