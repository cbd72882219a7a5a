package dev.sparkresnet.job.preflight.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sparkresnet.job.config.PortRange;
import dev.sparkresnet.job.config.TrainingConfig.Master;
import dev.sparkresnet.job.preflight.measure.Link;
import dev.sparkresnet.job.preflight.measure.MeasureLinks;
import dev.sparkresnet.job.preflight.measure.Place;
import dev.sparkresnet.job.preflight.measure.ProcessFacts;
import dev.sparkresnet.job.preflight.measure.Service;
import dev.sparkresnet.job.preflight.measure.TestProcess;
import dev.sparkresnet.job.preflight.measure.TestSurvey;
import dev.sparkresnet.job.preflight.report.CheckResult;
import dev.sparkresnet.job.transport.Endpoint;
import dev.sparkresnet.job.transport.PacketProbe;
import dev.sparkresnet.job.transport.PacketProbe.Kind;
import dev.sparkresnet.job.transport.UdpPorts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LinkCheckTest {
  private static final Place DRIVER = Place.driver("a");
  private static final Place EXECUTOR = new Place("0", "b");
  private static final Endpoint AT = new Endpoint("10.0.0.2", 40_123);

  private final TestSurvey survey = new TestSurvey();

  private CheckResult check(Link.Kind kind) {
    return survey.check(new LinkCheck(kind));
  }

  @Test
  void countsTheWaysThatAreOpen() {
    Set<Kind> all = EnumSet.allOf(Kind.class);
    survey.links.add(MeasureLinks.link(DRIVER, EXECUTOR, AT, all));
    survey.links.add(MeasureLinks.link(EXECUTOR, DRIVER, AT, all));
    assertThat(check(Link.Kind.UDP).line()).isEqualTo("udp packets      ok       2 ways are open");
  }

  /** Nobody listens at the other end. */
  @Test
  void failsIfNoPacketArrives() {
    Endpoint own =
        UdpPorts.freeEndpoint(InetAddress.getLoopbackAddress(), new PortRange(40_500, 40_600));
    Set<Kind> heard;
    try (PacketProbe probe = PacketProbe.at(own, "token")) {
      heard = probe.exchange(new Endpoint("127.0.0.1", 9), Duration.ofMillis(1));
    }
    survey.links.add(MeasureLinks.link(DRIVER, EXECUTOR, AT, heard));
    assertThat(check(Link.Kind.UDP).line())
        .isEqualTo(
            "udp packets      FAILED   nothing arrives from driver on a to executor 0 on b at"
                + " 10.0.0.2:40123");
    assertThat(check(Link.Kind.UDP).cures())
        .containsExactly(
            "Open UDP ports training.gradient-sharing.port-range between driver and executors in"
                + " both directions, or set training.master to parameter-averaging.");
  }

  @Test
  void failsIfLongPacketsAreLost() {
    survey.links.add(MeasureLinks.link(DRIVER, EXECUTOR, AT, EnumSet.of(Kind.SHORT)));
    assertThat(check(Link.Kind.UDP).line())
        .isEqualTo(
            "udp packets      FAILED   long packets are lost from driver on a to executor 0 on b at"
                + " 10.0.0.2:40123");
    assertThat(check(Link.Kind.UDP).cures())
        .containsExactly(
            "Put -Daeron.mtu.length=1408 into spark.driver.extraJavaOptions and"
                + " spark.executor.extraJavaOptions.");
  }

  @Test
  void showsTheFirstOfManyThatAreClosed() {
    for (int port = 1; port <= 5; port++) {
      survey.links.add(
          MeasureLinks.link(DRIVER, EXECUTOR, new Endpoint("c", port), EnumSet.noneOf(Kind.class)));
    }
    assertThat(check(Link.Kind.UDP).summary()).endsWith(" at c:3 and 2 more");
  }

  @Test
  void failsIfNoConnectionIsAccepted() throws IOException {
    int closed;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      closed = socket.getLocalPort();
      Service open = new Service("127.0.0.1", closed);
      assertThat(open.isReachable(Duration.ofSeconds(10))).isTrue();
    }
    survey.links.addAll(MeasureLinks.connect(EXECUTOR, List.of(listeningAt(closed))));
    assertThat(check(Link.Kind.TCP).line())
        .isEqualTo(
            "tcp connections  FAILED   nothing arrives from executor 0 on b to driver on a at"
                + String.format(Locale.ROOT, " 127.0.0.1:%d", closed));
    assertThat(check(Link.Kind.TCP).cures())
        .containsExactly(
            "Open the TCP ports of Spark between all hosts (spark.blockManager.port,"
                + " spark.driver.blockManager.port and spark.driver.port fix them).");
  }

  private static ProcessFacts listeningAt(int port) {
    TestProcess driver = TestProcess.driver();
    driver.blocks = new Service("127.0.0.1", port);
    return driver.facts();
  }

  @Test
  void isSkippedWhereThereIsNothingToMeasure() {
    assertThat(check(Link.Kind.UDP).line())
        .isEqualTo("udp packets      skipped  no executor to reach, or no port to reach it at");
    survey.plan = TestSurvey.plan(Master.PARAMETER_AVERAGING, 1, 1);
    assertThat(check(Link.Kind.UDP).line())
        .isEqualTo("udp packets      skipped  not used by master = parameter-averaging");
  }
}
