/** Threshold encoding: which values of an update are sent, and what that costs. */
package dev.sparkresnet.job.encoding;
