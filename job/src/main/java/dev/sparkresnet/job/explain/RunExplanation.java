package dev.sparkresnet.job.explain;

import dev.sparkresnet.job.config.ResolvedConfiguration;
import dev.sparkresnet.job.config.TrainingConfig;
import dev.sparkresnet.job.launch.LaunchPlan;
import java.time.Duration;
import java.util.List;

/**
 * What a configuration comes to, and how it is started.
 *
 * @param settings every setting with its origin
 * @param plan of the start
 * @param command that starts the run, for bash
 */
public record RunExplanation(
    TrainingConfig config,
    List<Setting> settings,
    Consequences consequences,
    LaunchPlan plan,
    String command) {
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  /** Explains a run without starting anything. */
  public static RunExplanation of(
      ResolvedConfiguration configuration, LaunchPlan plan, String command) {
    TrainingConfig config = configuration.training();
    return new RunExplanation(
        config,
        Setting.of(configuration),
        Consequences.of(config, TrainingImages.of(config.dataset(), plan.given(), PATIENCE)),
        plan,
        command);
  }

  /** Keys of Spark's settings that are not shown. */
  List<String> secrets() {
    return plan.given().secrets();
  }

  /** For people. */
  public String toText() {
    return new ExplanationText(this).render();
  }

  /** For programs. */
  public String toJson() {
    return ExplanationJson.render(this);
  }
}
