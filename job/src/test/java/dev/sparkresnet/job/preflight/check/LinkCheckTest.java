package dev.sparkresnet.job.preflight.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sparkresnet.job.preflight.measure.Link;
import dev.sparkresnet.job.preflight.measure.MeasureLinks;
import dev.sparkresnet.job.preflight.measure.Place;
import dev.sparkresnet.job.preflight.measure.ProcessFacts;
import dev.sparkresnet.job.preflight.measure.Service;
import dev.sparkresnet.job.preflight.measure.TestProcess;
import dev.sparkresnet.job.preflight.measure.TestSurvey;
import dev.sparkresnet.job.preflight.report.CheckResult;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class LinkCheckTest {
  private static final Place DRIVER = Place.driver("a");
  private static final Place EXECUTOR = new Place("0", "b");

  private final TestSurvey survey = new TestSurvey();

  private CheckResult check() {
    return survey.check(new LinkCheck());
  }

  @Test
  void countsTheWaysThatAreOpen() {
    survey.links.add(new Link(DRIVER, EXECUTOR, "c:1", true));
    survey.links.add(new Link(EXECUTOR, DRIVER, "c:2", true));
    assertThat(check().line()).isEqualTo("tcp connections  ok       2 ways are open");
  }

  @Test
  void showsTheFirstOfManyThatAreClosed() {
    for (int port = 1; port <= 5; port++) {
      survey.links.add(new Link(DRIVER, EXECUTOR, "c:" + port, false));
    }
    assertThat(check().summary()).endsWith(" at c:3 and 2 more");
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
    assertThat(check().line())
        .isEqualTo(
            "tcp connections  FAILED   nothing arrives from executor 0 on b to driver on a at"
                + String.format(Locale.ROOT, " 127.0.0.1:%d", closed));
    assertThat(check().cures())
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
    assertThat(check().line()).isEqualTo("tcp connections  skipped  no executor to reach");
  }
}
