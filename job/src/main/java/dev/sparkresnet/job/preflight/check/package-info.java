/** The checks of the preflight: each judges one thing by what was measured, and nothing else. */
package dev.sparkresnet.job.preflight.check;
