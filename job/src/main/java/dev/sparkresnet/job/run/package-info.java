/** The directory of a run and the lease that lets one driver write to it. */
package dev.sparkresnet.job.run;
