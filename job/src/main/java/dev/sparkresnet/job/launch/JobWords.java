package dev.sparkresnet.job.launch;

import dev.sparkresnet.job.config.ResolvedConfiguration;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * What the job is told, without the options for Spark.
 *
 * @param command such as {@code train}
 * @param words as they were given, the command among them
 */
public record JobWords(String command, List<String> words) {
  private static final String TRAIN = "train";
  private static final Set<String> WITH_EXECUTORS = Set.of(TRAIN, "preflight");
  private static final String FILE = "--conf";
  private static final String ASSIGNMENT = "--set";

  /** Copies the words. */
  public JobWords {
    words = List.copyOf(words);
  }

  /** Whether the command starts an application with executors. */
  boolean needExecutors() {
    return WITH_EXECUTORS.contains(command);
  }

  /**
   * The configuration that they name.
   *
   * @throws dev.sparkresnet.job.config.InvalidConfigurationException with every problem
   */
  public ResolvedConfiguration configuration() {
    return ResolvedConfiguration.read(
        values(FILE).map(Path::of).findFirst(), values(ASSIGNMENT).toList());
  }

  private Stream<String> values(String option) {
    return options().filter(each -> each.name.equals(option)).map(Option::value);
  }

  /** A training with the same configuration. */
  JobWords training() {
    List<String> training = new ArrayList<>(List.of(TRAIN));
    options().forEach(option -> training.addAll(option.words()));
    return new JobWords(TRAIN, training);
  }

  /** The same with another name of the configuration file. */
  JobWords withFile(UnaryOperator<String> renaming) {
    List<String> renamed = new ArrayList<>(words);
    options()
        .filter(option -> option.name.equals(FILE))
        .forEach(
            option -> {
              List<String> changed = option.with(renaming.apply(option.value)).words();
              for (int i = 0; i < changed.size(); i++) {
                renamed.set(option.index + i, changed.get(i));
              }
            });
    return new JobWords(command, renamed);
  }

  /** Those that name a configuration. */
  private Stream<Option> options() {
    List<Option> options = new ArrayList<>();
    int index = 0;
    while (index < words.size()) {
      Optional<Option> option = optionAt(index);
      option.ifPresent(options::add);
      index += option.map(found -> found.words().size()).orElse(1);
    }
    return options.stream();
  }

  private Optional<Option> optionAt(int index) {
    String word = words.get(index);
    for (String name : List.of(FILE, ASSIGNMENT)) {
      if (word.startsWith(name + "=")) {
        return Optional.of(new Option(index, name, word.substring(name.length() + 1), true));
      }
      if (word.equals(name) && index + 1 < words.size()) {
        return Optional.of(new Option(index, name, words.get(index + 1), false));
      }
    }
    return Optional.empty();
  }

  /**
   * An option and its value.
   *
   * @param joined whether they are one word
   */
  private record Option(int index, String name, String value, boolean joined) {
    Option with(String other) {
      return new Option(index, name, other, joined);
    }

    List<String> words() {
      return joined ? List.of(name + "=" + value) : List.of(name, value);
    }
  }
}
