package dev.sparkresnet.job;

import static dev.sparkresnet.job.MarkdownFile.ROOT;

import dev.sparkresnet.job.command.JobCommand;
import dev.sparkresnet.job.config.ResolvedConfiguration;
import dev.sparkresnet.job.launch.SparkOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import picocli.CommandLine.ParseResult;

/**
 * A call of one of the scripts in {@code submit}, as somebody would paste it.
 *
 * @param words of the command line, the script first
 */
record DocumentedCommand(List<String> words) {
  private static final Pattern WORD = Pattern.compile("(?:'[^']*'|[^\\s'])+");
  private static final Pattern ENVIRONMENT = Pattern.compile("[A-Z_]+=.*");
  private static final Set<String> TRAININGS = Set.of("train", "preflight", "explain");

  /** Splits a line of bash that has nothing but words, single quotes and leading assignments. */
  static DocumentedCommand of(String line) {
    return new DocumentedCommand(
        WORD.matcher(line)
            .results()
            .map(word -> word.group().replace("'", ""))
            .dropWhile(word -> ENVIRONMENT.matcher(word).matches())
            .toList());
  }

  String script() {
    return words.get(0);
  }

  /**
   * Reads the command line and the configuration that it names as the job would.
   *
   * @throws RuntimeException what the job would refuse
   */
  void read() {
    if (script().equals("submit/build.sh")) {
      return;
    }
    ParseResult command =
        JobCommand.commandLine()
            .parseArgs(SparkOptions.of(arguments()).others().toArray(String[]::new))
            .subcommand();
    if (command.hasMatchedOption("--conf") || command.hasMatchedOption("--set")) {
      readConfiguration(command);
    }
  }

  private static void readConfiguration(ParseResult command) {
    Optional<Path> file = command.matchedOptionValue("--conf", Optional.empty());
    List<String> assignments = new ArrayList<>();
    if (!TRAININGS.contains(command.commandSpec().name())) {
      assignments.addAll(List.of("run-directory=none", "dataset.path=none"));
    }
    assignments.addAll(command.matchedOptionValue("--set", List.of()));
    ResolvedConfiguration unused = ResolvedConfiguration.read(file.map(ROOT::resolve), assignments);
  }

  /** Those of {@code submit/job.sh}. */
  private List<String> arguments() {
    List<String> rest = words.subList(1, words.size());
    return switch (script()) {
      case "submit/job.sh", "submit/yarn.sh" -> rest;
      case "submit/standalone.sh" -> rest.subList(1, rest.size());
      case "submit/kubernetes.sh" -> rest.subList(2, rest.size());
      case "submit/quickstart.sh" ->
          Stream.concat(Stream.of("train", "--conf", "conf/quickstart.conf"), rest.stream())
              .toList();
      default -> throw new IllegalArgumentException("Cannot read " + script() + ": unknown script");
    };
  }

  @Override
  public String toString() {
    return String.join(" ", words);
  }
}
