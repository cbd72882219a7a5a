package dev.sparkresnet.job.transport;

import io.aeron.driver.Configuration;
import io.aeron.logbuffer.FrameDescriptor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.NetworkInterface;

/**
 * How long Aeron's UDP packets are: as long as the network interface sends in one piece. Every
 * packet is a system call at both ends, and an update fills hundreds of Aeron's default length.
 */
final class AeronPacket {
  /** An IPv6 header (40 bytes, RFC 8200) and a UDP header (8 bytes, RFC 768). */
  private static final int HEADERS = 48;

  private AeronPacket() {}

  /**
   * The bytes of Aeron's in a packet that is sent from one of this host's addresses. No interface
   * lists the loopback addresses beyond the first, such as the 127.0.1.1 that Debian gives to a
   * host's name; for them Aeron's default stays.
   */
  static int bytes(Endpoint own) {
    try {
      NetworkInterface sender =
          NetworkInterface.getByInetAddress(InetAddress.getByName(own.address()));
      return sender == null ? Configuration.MTU_LENGTH_DEFAULT : bytes(sender.getMTU());
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot find out the packet length of " + own, e);
    }
  }

  /** Aeron cuts in multiples of 32 bytes, up to its own limit. */
  static int bytes(int maximumTransmissionUnit) {
    int bytes = Math.min(maximumTransmissionUnit - HEADERS, Configuration.MAX_UDP_PAYLOAD_LENGTH);
    return bytes - bytes % FrameDescriptor.FRAME_ALIGNMENT;
  }
}
