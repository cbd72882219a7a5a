/** Kerberos: how a run proves who it is to a secured Hadoop, and for how long it can. */
package dev.sparkresnet.job.kerberos;
