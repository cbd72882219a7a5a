package dev.sparkresnet.job.transport;

import io.aeron.driver.MediaDriver;
import io.aeron.driver.SendChannelEndpointSupplier;
import io.aeron.driver.ext.DebugSendChannelEndpoint;
import io.aeron.driver.ext.LossGenerator;
import io.aeron.driver.media.SendChannelEndpoint;
import io.aeron.driver.media.UdpChannel;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntPredicate;
import org.agrona.concurrent.status.AtomicCounter;

/**
 * A network that loses packets, in either direction, between senders and receivers of this process.
 *
 * <p>Aeron's own endpoints for tests throw packets away at the socket: data on the way out,
 * acknowledgements and requests for repetition on the way in.
 */
final class LossyNetwork implements AutoCloseable {
  private static final String SUPPLIER = "aeron.SendChannelEndpoint.supplier";
  private static final String PACKET_BYTES = "aeron.mtu.length";
  private static volatile IntPredicate loss = port -> false;
  private static final AtomicInteger LOST = new AtomicInteger();

  /**
   * All ends that are opened from now on send through the network, in packets of an Ethernet. It
   * loses nothing yet.
   */
  LossyNetwork() {
    System.setProperty(SUPPLIER, Supplier.class.getName());
    System.setProperty(PACKET_BYTES, "1408");
    LOST.set(0);
  }

  /** Loses that share of all packets. */
  void lose(double share, long seed) {
    Random random = new Random(seed);
    loss = port -> random.nextDouble() < share;
  }

  /** Loses everything that is sent to an endpoint. */
  void loseAllTo(Endpoint endpoint) {
    loss = port -> port == endpoint.port();
  }

  int lost() {
    return LOST.get();
  }

  @Override
  public void close() {
    System.clearProperty(SUPPLIER);
    System.clearProperty(PACKET_BYTES);
    loss = port -> false;
  }

  /** Made by Aeron, which knows its name from a system property. */
  public static final class Supplier implements SendChannelEndpointSupplier {
    @Override
    public SendChannelEndpoint newInstance(
        UdpChannel channel, AtomicCounter status, MediaDriver.Context context) {
      LossGenerator generator =
          (address, packet, length) -> {
            boolean isLost = loss.test(address.getPort());
            if (isLost) {
              LOST.incrementAndGet();
            }
            return isLost;
          };
      return new DebugSendChannelEndpoint(channel, status, context, generator, generator);
    }
  }
}
