package dev.sparkresnet.job.preflight.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sparkresnet.job.failure.UserErrorException;
import dev.sparkresnet.job.preflight.measure.Finding;
import dev.sparkresnet.job.preflight.measure.Place;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class PreflightReportTest {
  private static final Place DRIVER = Place.driver("a");
  private static final Place EXECUTOR = new Place("0", "b");

  private static final CheckResult WELL =
      new CheckResult("device", List.of(Finding.ok(DRIVER, "CPU"), Finding.ok(EXECUTOR, "CPU")));
  private static final CheckResult NOTEWORTHY =
      new CheckResult(
          "clocks", List.of(Finding.warning(List.of(EXECUTOR), "6 s apart", "Use NTP.")));
  private static final CheckResult BROKEN =
      new CheckResult(
          "dataset",
          List.of(
              Finding.ok(DRIVER, "11 images"),
              Finding.failed(EXECUTOR, "not there", "Set training.dataset.path.")));

  private static PreflightReport report(CheckResult... results) {
    return new PreflightReport(List.of(results), Duration.ofMillis(3210));
  }

  @Test
  void hasALineForEachCheckAndOneForEachCure() {
    assertThat(report(WELL, NOTEWORTHY, BROKEN).table())
        .containsExactly(
            "device           ok       CPU",
            "clocks           warning  executor 0 on b: 6 s apart",
            "dataset          FAILED   executor 0 on b: not there",
            "preflight: 3 checks, 1 FAILED, 1 with a warning, in 3.2 s",
            "  to mend clocks: Use NTP.",
            "  to mend dataset: Set training.dataset.path.");
  }

  @Test
  void isShortWhenAllIsWell() {
    assertThat(report(WELL).headline()).isEqualTo("preflight: 1 checks, all well, in 3.2 s");
    assertThat(report(WELL).warnings()).isEmpty();
    assertThat(report(WELL, NOTEWORTHY).warnings())
        .containsExactly("clocks: executor 0 on b: 6 s apart; Use NTP.");
  }

  @Test
  void refusesToTrainOnlyWhereARunWouldFail() {
    assertThatCode(() -> report(WELL, NOTEWORTHY).requireNoFailure()).doesNotThrowAnyException();
    assertThatThrownBy(() -> report(WELL, NOTEWORTHY, BROKEN).requireNoFailure())
        .isInstanceOf(UserErrorException.class)
        .hasMessage("Cannot train: preflight failed in 1 of 3 checks: dataset");
  }

  @Test
  void namesAFewOfManyPlacesAndDetails() {
    List<Finding> findings =
        List.of("one", "two", "three", "four", "five").stream()
            .map(detail -> Finding.ok(EXECUTOR, detail))
            .toList();
    assertThat(new CheckResult("tcp ports", findings).summary())
        .isEqualTo(
            "executor 0 on b: one; executor 0 on b: two; executor 0 on b: three; and 2 more");
    assertThat(Place.toString(List.of(DRIVER, DRIVER, DRIVER, DRIVER, EXECUTOR, EXECUTOR)))
        .isEqualTo("driver on a, driver on a, driver on a, driver on a and 2 more");
  }

  @Test
  void isReadByPrograms() {
    assertThat(report(BROKEN).toJson())
        .isEqualTo(
            """
            {
              "exit_code" : 2,
              "run_again" : "no",
              "seconds" : 3.21,
              "checks" : [ {
                "name" : "dataset",
                "status" : "failed",
                "summary" : "executor 0 on b: not there",
                "cures" : [ "Set training.dataset.path." ],
                "findings" : [ {
                  "where" : [ "driver on a" ],
                  "status" : "ok",
                  "detail" : "11 images",
                  "cure" : ""
                }, {
                  "where" : [ "executor 0 on b" ],
                  "status" : "failed",
                  "detail" : "not there",
                  "cure" : "Set training.dataset.path."
                } ]
              } ]
            }
            """);
  }
}
