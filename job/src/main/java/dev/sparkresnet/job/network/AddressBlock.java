package dev.sparkresnet.job.network;

import dev.sparkresnet.job.failure.UserErrorException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An IPv4 or IPv6 network.
 *
 * @param prefixBits leading bits that all addresses of the network share
 */
record AddressBlock(InetAddress address, int prefixBits) {
  private static final Pattern CIDR =
      Pattern.compile("([0-9.]+|[0-9a-fA-F.:]*:[0-9a-fA-F.:]*)/(\\d{1,3})");

  /**
   * Reads CIDR notation (RFC 4632), such as {@code 10.0.0.0/16} or {@code fd00::/64}.
   *
   * @throws UserErrorException if it is none
   */
  static AddressBlock parse(String text) {
    Matcher cidr = CIDR.matcher(text);
    try {
      if (cidr.matches()) {
        InetAddress address = InetAddress.getByName(cidr.group(1));
        int prefixBits = Integer.parseInt(cidr.group(2));
        if (prefixBits <= Byte.SIZE * address.getAddress().length) {
          return new AddressBlock(address, prefixBits);
        }
      }
    } catch (UnknownHostException e) {
      throw notANetwork(text, e);
    }
    throw notANetwork(text, null);
  }

  private static UserErrorException notANetwork(String text, Exception cause) {
    return new UserErrorException(
        "Cannot use training.gradient-sharing.network-mask "
            + text
            + ": not a network in CIDR notation, such as 10.0.0.0/16",
        cause);
  }

  boolean contains(InetAddress other) {
    byte[] own = address.getAddress();
    byte[] its = other.getAddress();
    int hostBits = Byte.SIZE * own.length - prefixBits;
    return own.length == its.length
        && new BigInteger(1, own)
            .shiftRight(hostBits)
            .equals(new BigInteger(1, its).shiftRight(hostBits));
  }

  @Override
  public String toString() {
    return address.getHostAddress() + "/" + prefixBits;
  }
}
