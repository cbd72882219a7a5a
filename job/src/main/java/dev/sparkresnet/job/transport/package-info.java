/** Connections between the processes of a run: addresses, UDP ports, shared memory and the mesh. */
package dev.sparkresnet.job.transport;
