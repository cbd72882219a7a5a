package dev.sparkresnet.job.preflight.measure;

import dev.sparkresnet.job.device.ReplicaDevice;
import dev.sparkresnet.job.kerberos.Identity;
import dev.sparkresnet.job.transport.Endpoint;
import dev.sparkresnet.job.transport.SharedMemory;
import java.io.Serializable;

/**
 * What was measured in one JVM.
 *
 * @param machine tells whether two JVMs are on one machine, also in containers
 * @param blocks where Spark serves blocks of data to other JVMs
 * @param udpPort that is held for the exchange of packets
 * @param runDirectory with its file system
 */
public record ProcessFacts(
    Place place,
    String machine,
    Service blocks,
    Measured<Versions> versions,
    Measured<JvmFlags> flags,
    Measured<ReplicaDevice> device,
    Measured<ConvolutionTrial> convolution,
    Measured<SharedMemory> sharedMemory,
    Measured<HostMemory> memory,
    Measured<Endpoint> udpPort,
    Measured<Identity> identity,
    Measured<String> runDirectory,
    Measured<Images> images)
    implements Serializable {}
