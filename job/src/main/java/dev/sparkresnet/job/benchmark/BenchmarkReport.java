package dev.sparkresnet.job.benchmark;

import java.util.List;

/** The figures of a run. */
public record BenchmarkReport(BenchmarkPlan plan, List<Scenario> scenarios) {

  /** Copies the list. */
  public BenchmarkReport {
    scenarios = List.copyOf(scenarios);
  }

  /** The figures as tables in Markdown, without a line break at the end. */
  public String toText() {
    return new ReportText(this).render();
  }

  /** All figures in JSON, times in seconds. */
  public String toJson() {
    return ReportJson.render(this);
  }
}
