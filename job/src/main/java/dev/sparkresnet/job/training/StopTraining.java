package dev.sparkresnet.job.training;

import org.nd4j.parameterserver.distributed.v2.messages.impl.base.BaseRequestMessage;

/** Asks a replica to train no further than it has to. */
final class StopTraining extends BaseRequestMessage {}
