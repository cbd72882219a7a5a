/** What the processes of a run take, and whether they get it. */
package dev.sparkresnet.job.memory;
