package dev.sparkresnet.job.transport;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AeronPacketTest {

  @ParameterizedTest
  @CsvSource({"1500, 1440", "9001, 8928", "1450, 1376", "65536, 65472"})
  void aPacketFitsIntoAFrameOfTheInterface(int maximumTransmissionUnit, int bytes) {
    assertThat(AeronPacket.bytes(maximumTransmissionUnit)).isEqualTo(bytes);
  }

  @Test
  void anAddressThatNoInterfaceListsHasPacketsOfAeronsDefaultLength() {
    assertThat(AeronPacket.bytes(new Endpoint("127.0.1.1", 40123))).isEqualTo(1408);
  }
}
