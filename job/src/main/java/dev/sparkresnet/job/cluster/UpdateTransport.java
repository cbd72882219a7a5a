package dev.sparkresnet.job.cluster;

import java.util.concurrent.TimeUnit;
import org.nd4j.parameterserver.distributed.conf.VoidConfiguration;
import org.nd4j.parameterserver.distributed.v2.messages.RequestMessage;
import org.nd4j.parameterserver.distributed.v2.messages.ResponseMessage;
import org.nd4j.parameterserver.distributed.v2.messages.pairs.ping.PingMessage;
import org.nd4j.parameterserver.distributed.v2.messages.pairs.ping.PongMessage;
import org.nd4j.parameterserver.distributed.v2.transport.impl.AeronUdpTransport;

/** DL4J's UDP transport without its temporary files and without its heartbeat. */
final class UpdateTransport extends AeronUdpTransport {

  UpdateTransport(Endpoint own, Endpoint root, VoidConfiguration configuration) {
    super(own.address(), own.port(), root.address(), root.port(), configuration);
    this.splitter = new MemoryMessageSplitter();
  }

  /**
   * Answers pings on behalf of the other side.
   *
   * <p>The heartbeat of DL4J gives a node 100 ms to answer and then drops it from the mesh, without
   * a word to anybody. A node in the middle of a minibatch may well need longer; Spark already
   * notices executors that are gone.
   */
  @Override
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // the signature of DL4J
  public <T extends ResponseMessage> T sendMessageBlocking(
      RequestMessage message, String id, long wait, TimeUnit unit) throws InterruptedException {
    if (message instanceof PingMessage) {
      return (T) new PongMessage();
    }
    return super.sendMessageBlocking(message, id, wait, unit);
  }

  /** Can be called at any moment, where DL4J's own needs a transport that was launched. */
  @Override
  protected void shutdownSilent() {
    if (ownSubscription != null) {
      super.shutdownSilent();
      return;
    }
    messagesExecutorService.shutdownNow();
    aeron.close();
    driver.close();
  }

  @Override
  public void close() {
    shutdown();
  }
}
