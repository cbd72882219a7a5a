package dev.sparkresnet.job.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressBlockTest {
  @ParameterizedTest
  @CsvSource({
    "10.1.0.0/16,     10.1.255.255, true",
    "10.1.0.0/16,     10.2.0.0,     false",
    "10.1.2.3/16,     10.1.0.0,     true",
    "192.168.4.64/26, 192.168.4.127, true",
    "192.168.4.64/26, 192.168.4.128, false",
    "192.168.4.7/32,  192.168.4.7,  true",
    "192.168.4.7/32,  192.168.4.6,  false",
    "0.0.0.0/0,       200.1.2.3,    true",
    "0.0.0.0/0,       fd00::1,      false",
    "fd00:1::/32,     fd00:1:2::3,  true",
    "fd00:1::/32,     fd00:2::3,    false",
    "::/0,            10.0.0.1,     false",
  })
  void holdsTheAddressesThatShareItsPrefix(String network, String address, boolean isIn)
      throws UnknownHostException {
    assertThat(AddressBlock.parse(network).contains(InetAddress.getByName(address)))
        .isEqualTo(isIn);
  }

  @ParameterizedTest
  @ValueSource(strings = {"10.1.0.0", "10.1.0.0/33", "fd00::/129", "localhost/8", "10.1/x", "/8"})
  void refusesWhatIsNotInCidrNotation(String text) {
    assertThatThrownBy(() -> AddressBlock.parse(text))
        .hasMessage(
            "Cannot use training.gradient-sharing.network-mask "
                + text
                + ": not a network in CIDR notation, such as 10.0.0.0/16");
  }

  @Test
  void isPrintedAsItWasRead() {
    assertThat(AddressBlock.parse("10.1.0.0/16")).hasToString("10.1.0.0/16");
  }
}
