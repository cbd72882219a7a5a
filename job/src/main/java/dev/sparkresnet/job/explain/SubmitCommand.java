package dev.sparkresnet.job.explain;

import static java.util.function.Predicate.not;
import static java.util.stream.Collectors.joining;

import dev.sparkresnet.job.config.ResolvedConfiguration;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The {@code spark-submit} that starts a run.
 *
 * @param lines words that belong together, quoted for bash
 */
record SubmitCommand(List<List<String>> lines) {

  /**
   * How the run was named on the command line.
   *
   * @param file of {@code --conf}
   * @param assignments of {@code --set}
   */
  record Arguments(Optional<Path> file, List<String> assignments) {}

  /**
   * Where things lie on this machine.
   *
   * @param jar the job
   * @param logging Log4j's own name of its configuration, for a driver that starts here
   * @param properties settings of Spark that must not stand in a process list
   */
  record Places(String jar, Optional<String> logging, Optional<String> properties) {}

  /** The command for a configuration. */
  static SubmitCommand of(
      ResolvedConfiguration configuration, LaunchPlan plan, Arguments arguments, Places places) {
    SparkSettings given = plan.given();
    List<List<String>> lines = new ArrayList<>();
    lines.add(List.of("\"$SPARK_HOME\"/bin/spark-submit"));
    addOption(lines, "--class", "dev.sparkresnet.job.Main");
    given.value(SparkSettings.MASTER).ifPresent(master -> addOption(lines, "--master", master));
    given
        .value(SparkSettings.DEPLOY_MODE)
        .ifPresent(mode -> addOption(lines, "--deploy-mode", mode));
    places.properties().ifPresent(file -> addOption(lines, "--properties-file", file));
    addOption(lines, "--driver-java-options", String.join(" ", driverFlags(plan, places)));
    addSetting(lines, LaunchPlan.EXECUTOR_FLAGS, String.join(" ", plan.executorFlags()));
    plan.computed().forEach((key, value) -> addSetting(lines, key, value));
    plan.others().forEach((key, value) -> addSetting(lines, key, value));
    lines.add(List.of(BashWord.of(places.jar()), "train"));
    addArguments(lines, configuration, given, arguments);
    return new SubmitCommand(List.copyOf(lines));
  }

  private static List<String> driverFlags(LaunchPlan plan, Places places) {
    List<String> flags = new ArrayList<>(plan.driverFlags());
    places
        .logging()
        .filter(file -> !plan.given().isInClusterMode())
        .map(file -> "-Dlog4j2.configurationFile=" + file)
        .filter(flag -> !flags.contains(flag))
        .ifPresent(flags::add);
    return flags;
  }

  /** A driver that runs elsewhere finds no file of this machine, so it is told what is in it. */
  private static void addArguments(
      List<List<String>> lines,
      ResolvedConfiguration configuration,
      SparkSettings given,
      Arguments arguments) {
    if (given.isInClusterMode()) {
      addSettings(lines, configuration, not(ResolvedConfiguration.DEFAULT::equals));
      return;
    }
    arguments.file().ifPresent(file -> addOption(lines, "--conf", file.toString()));
    addSettings(lines, configuration, ResolvedConfiguration.SYSTEM_PROPERTIES::equals);
    arguments.assignments().forEach(assignment -> addOption(lines, "--set", assignment));
  }

  private static void addSettings(
      List<List<String>> lines, ResolvedConfiguration configuration, Predicate<String> origin) {
    Setting.of(configuration).stream()
        .filter(setting -> origin.test(setting.origin()))
        .forEach(setting -> addOption(lines, "--set", setting.key() + "=" + setting.value()));
  }

  private static void addSetting(List<List<String>> lines, String key, String value) {
    addOption(lines, "--conf", key + "=" + value);
  }

  private static void addOption(List<List<String>> lines, String option, String value) {
    lines.add(List.of(option, BashWord.of(value)));
  }

  /** The command, ready to paste. */
  String toText() {
    return lines.stream().map(words -> String.join(" ", words)).collect(joining(" \\\n    "));
  }
}
