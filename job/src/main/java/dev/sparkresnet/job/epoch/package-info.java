/**
 * One epoch as the driver orders it: its images, its trainer, its progress, and what came of it.
 */
package dev.sparkresnet.job.epoch;
