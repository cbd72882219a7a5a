package dev.sparkresnet.job.sharing;

import dev.sparkresnet.job.spark.Placement;
import dev.sparkresnet.job.transport.Endpoint;
import java.io.Serializable;

/** A replica that has joined the update mesh. */
public record MeshMember(Placement placement, Endpoint endpoint) implements Serializable {}
