package dev.sparkresnet.job.preflight.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sparkresnet.job.config.TrainingConfig;
import dev.sparkresnet.job.config.TrainingConfig.Master;
import dev.sparkresnet.job.preflight.measure.MeasureExecutor;
import dev.sparkresnet.job.preflight.measure.Measured;
import dev.sparkresnet.job.preflight.measure.Measurement;
import dev.sparkresnet.job.preflight.measure.TestConfiguration;
import dev.sparkresnet.job.preflight.measure.TestSurvey;
import dev.sparkresnet.job.preflight.report.CheckResult;
import dev.sparkresnet.job.transport.Endpoint;
import dev.sparkresnet.job.transport.UdpPorts;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.time.Duration;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class UdpPortCheckTest {
  private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();
  private static final int LAST_PORT = 65_535;

  private final TestSurvey survey = new TestSurvey();

  private CheckResult check() {
    return survey.check(new UdpPortCheck());
  }

  private static Measured<Endpoint> take(int first, int last) {
    TrainingConfig config =
        TestConfiguration.with(
            "replicas=1",
            String.format(Locale.ROOT, "gradient-sharing.port-range=%d-%d", first, last));
    return Measurement.start(
            "port", Duration.ofMinutes(1), () -> MeasureExecutor.takePort(config, () -> LOOPBACK))
        .finish();
  }

  private static DatagramSocket open(int port) throws SocketException {
    return new DatagramSocket(new InetSocketAddress(LOOPBACK, port));
  }

  /** Occupies two ports that follow each other. */
  private static DatagramSocket[] twoPorts() throws SocketException {
    while (true) {
      DatagramSocket first = open(0);
      try {
        int next = Math.min(first.getLocalPort() + 1, LAST_PORT);
        return new DatagramSocket[] {first, open(next)};
      } catch (SocketException taken) {
        first.close();
      }
    }
  }

  @Test
  void showsThePortOfEveryProcess() {
    survey.driver.udpPort = Measured.of(new Endpoint("10.0.0.9", 40_200));
    assertThat(check().line())
        .isEqualTo(
            "udp ports        ok       driver on a: 10.0.0.9:40200; executor 0 on b, executor 1 on"
                + " b: 10.0.0.1:40123");
  }

  @Test
  void failsIfAllPortsAreTaken() throws Exception {
    DatagramSocket[] taken = twoPorts();
    try (DatagramSocket first = taken[0];
        DatagramSocket second = taken[1]) {
      int port = first.getLocalPort();
      survey.second.udpPort = take(port, second.getLocalPort());
      assertThat(check().line())
          .isEqualTo(
              "udp ports        FAILED   executor 1 on b: Cannot open a UDP port on 127.0.0.1: all"
                  + String.format(Locale.ROOT, " of %d-%d are in use", port, port + 1));
    }
    assertThat(check().cures())
        .containsExactly(
            "Set training.gradient-sharing.port-range to ports that are free, one for each process"
                + " of a host, and network-mask to a network of all hosts.");
  }

  @Test
  void takesAPortOfTheRange() throws Exception {
    DatagramSocket[] free = twoPorts();
    int port = free[0].getLocalPort();
    free[0].close();
    free[1].close();
    Endpoint taken = take(port, port + 1).orThrow();
    UdpPorts.release(taken);
    assertThat(taken.port()).isBetween(port, port + 1);
  }

  @Test
  void doesNotMatterForParameterAveraging() {
    survey.plan = TestSurvey.plan(Master.PARAMETER_AVERAGING, 1, 1);
    assertThat(check().line())
        .isEqualTo("udp ports        skipped  not used by master = parameter-averaging");
  }
}
