package dev.sparkresnet.job.network;

import dev.sparkresnet.job.config.PortRange;
import java.time.Duration;

/**
 * How a participant takes part.
 *
 * @param address numeric, of this host, at which the others reach it
 * @param ports of which it takes a free one
 * @param participants in all
 * @param threads that read and write, for incoming and for outgoing connections each
 * @param timeout how long another one may take to answer
 */
public record PeerSettings(
    String address, PortRange ports, int participants, int threads, Duration timeout) {}
