package dev.sparkresnet.job.cluster;

import java.io.Serializable;

/** A replica that has joined the update mesh. */
public record MeshMember(Placement placement, Endpoint endpoint) implements Serializable {}
