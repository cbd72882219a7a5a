package dev.sparkresnet.job.preflight.report;

import static java.util.Comparator.comparing;
import static java.util.stream.Collectors.joining;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sparkresnet.job.failure.ClusterException;
import dev.sparkresnet.job.failure.Outcome;
import dev.sparkresnet.job.failure.UserErrorException;
import dev.sparkresnet.job.preflight.measure.Finding;
import dev.sparkresnet.job.preflight.measure.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.slf4j.Logger;

/** What all checks found. */
public record PreflightReport(List<CheckResult> results, Duration time) {
  private static final JsonMapper JSON = new JsonMapper();

  private List<CheckResult> with(Status status) {
    return results.stream().filter(result -> result.status() == status).toList();
  }

  private static String names(List<CheckResult> results) {
    return results.stream().map(CheckResult::name).collect(joining(", "));
  }

  /** A line with the number of checks, what failed and what to take note of, and the time. */
  public String headline() {
    return String.format(
        Locale.ROOT,
        "preflight: %d checks, %s, in %.1f s",
        results.size(),
        counts(),
        time.toMillis() / 1e3);
  }

  private String counts() {
    List<String> parts = new ArrayList<>();
    if (!with(Status.FAILED).isEmpty()) {
      parts.add(String.format(Locale.ROOT, "%d FAILED", with(Status.FAILED).size()));
    }
    if (!with(Status.WARNING).isEmpty()) {
      parts.add(String.format(Locale.ROOT, "%d with a warning", with(Status.WARNING).size()));
    }
    return parts.isEmpty() ? "all well" : String.join(", ", parts);
  }

  /** One line for each check, and then one for each cure. */
  public List<String> table() {
    List<String> lines = new ArrayList<>();
    results.forEach(result -> lines.add(result.line()));
    lines.add(headline());
    lines.addAll(cures());
    return lines;
  }

  private List<String> cures() {
    return results.stream()
        .flatMap(
            result ->
                result.cures().stream()
                    .map(cure -> "  to mend %s: %s".formatted(result.name(), cure)))
        .toList();
  }

  /** What only warns, with its cures; nothing if all is well. */
  public List<String> warnings() {
    return with(Status.WARNING).stream()
        .map(
            result ->
                "%s: %s; %s"
                    .formatted(result.name(), result.summary(), String.join(" ", result.cures())))
        .toList();
  }

  /** Whether a run would fail. */
  public boolean isFailed() {
    return !with(Status.FAILED).isEmpty();
  }

  /**
   * Refuses to train where a run would fail.
   *
   * @throws UserErrorException naming the checks that failed
   * @throws ClusterException if nothing failed but what may pass
   */
  public void requireNoFailure() {
    List<CheckResult> failed = with(Status.FAILED);
    if (!failed.isEmpty()) {
      String message =
          String.format(
              Locale.ROOT,
              "Cannot train: preflight failed in %d of %d checks: %s",
              failed.size(),
              results.size(),
              names(failed));
      throw outcome() == Outcome.CLUSTER
          ? new ClusterException(message)
          : new UserErrorException(message);
    }
  }

  /** How a run would end: what has to be mended outweighs what may pass. */
  private Outcome outcome() {
    return with(Status.FAILED).stream()
        .flatMap(result -> result.findings().stream())
        .filter(finding -> finding.status() == Status.FAILED)
        .map(Finding::outcome)
        .min(comparing(outcome -> outcome == Outcome.MENDABLE ? 0 : 1))
        .orElse(Outcome.COMPLETE);
  }

  /** Logs the headline and what is to be known beside it: of a failure the whole table. */
  public void logTo(Logger log) {
    if (!isFailed()) {
      log.info("{}", headline());
      warnings().forEach(log::warn);
      return;
    }
    results.forEach(result -> log(log, result.status(), result.line()));
    log.error("{}", headline());
    cures().forEach(log::error);
  }

  private static void log(Logger log, Status status, String line) {
    switch (status) {
      case FAILED -> log.error("{}", line);
      case WARNING -> log.warn("{}", line);
      case OK, SKIPPED -> log.info("{}", line);
    }
  }

  /** A JSON object on several lines. */
  public String toJson() {
    ObjectNode root = JSON.createObjectNode();
    root.put("exit_code", outcome().exitCode());
    root.put("run_again", outcome().again().spelling());
    root.put("seconds", time.toMillis() / 1e3);
    ArrayNode checks = root.putArray("checks");
    results.forEach(result -> add(result, checks.addObject()));
    try {
      return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Cannot write as JSON: " + this, e);
    }
  }

  private static void add(CheckResult result, ObjectNode node) {
    node.put("name", result.name());
    node.put("status", result.status().spelling());
    node.put("summary", result.summary());
    result.cures().forEach(node.putArray("cures")::add);
    ArrayNode findings = node.putArray("findings");
    for (Finding finding : result.findings()) {
      ObjectNode one = findings.addObject();
      ArrayNode where = one.putArray("where");
      finding.where().forEach(place -> where.add(place.toString()));
      one.put("status", finding.status().spelling());
      one.put("detail", finding.detail());
      one.put("cure", finding.cure());
    }
  }
}
