/** What the preflight measures, on the driver and on every executor. */
package dev.sparkresnet.job.preflight.measure;
