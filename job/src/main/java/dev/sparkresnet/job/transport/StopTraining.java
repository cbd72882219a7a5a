package dev.sparkresnet.job.transport;

import org.nd4j.parameterserver.distributed.v2.messages.impl.base.BaseRequestMessage;

/** Asks a replica to train no further than it has to. */
public final class StopTraining extends BaseRequestMessage {}
