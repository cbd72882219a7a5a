/** The directory of a run, and who may write to it. */
package dev.sparkresnet.job.run;
