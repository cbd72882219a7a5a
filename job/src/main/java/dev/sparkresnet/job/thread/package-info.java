/** How the job makes threads of its own. */
package dev.sparkresnet.job.thread;
