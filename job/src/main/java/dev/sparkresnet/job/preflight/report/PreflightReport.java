package dev.sparkresnet.job.preflight.report;

import static java.util.stream.Collectors.joining;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sparkresnet.job.failure.Outcome;
import dev.sparkresnet.job.failure.UserErrorException;
import dev.sparkresnet.job.preflight.measure.Finding;
import dev.sparkresnet.job.preflight.measure.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

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
        outcome(),
        time.toMillis() / 1e3);
  }

  private String outcome() {
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
   */
  public void requireNoFailure() {
    List<CheckResult> failed = with(Status.FAILED);
    if (!failed.isEmpty()) {
      throw new UserErrorException(
          String.format(
              Locale.ROOT,
              "Cannot train: preflight failed in %d of %d checks: %s",
              failed.size(),
              results.size(),
              names(failed)));
    }
  }

  /** A JSON object on several lines. */
  public String toJson() {
    ObjectNode root = JSON.createObjectNode();
    root.put("exit_code", isFailed() ? Outcome.MENDABLE.exitCode() : 0);
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
