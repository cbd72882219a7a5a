package dev.sparkresnet.job.preflight.measure;

import dev.sparkresnet.job.device.ReplicaDevice;
import dev.sparkresnet.job.kerberos.Identity;
import java.io.Serializable;

/**
 * What was measured in one JVM.
 *
 * @param machine tells whether two JVMs are on one machine, also in containers
 * @param blocks where Spark serves blocks of data to other JVMs
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
    Measured<HostMemory> memory,
    Measured<Identity> identity,
    Measured<String> runDirectory,
    Measured<Images> images)
    implements Serializable {}
