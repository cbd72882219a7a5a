/** What a configuration comes to, before anything is started. */
package dev.sparkresnet.job.explain;
