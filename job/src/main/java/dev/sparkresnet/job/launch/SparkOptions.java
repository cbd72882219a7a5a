package dev.sparkresnet.job.launch;

import dev.sparkresnet.job.kerberos.KerberosSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * The options for Spark of a command line, which may stand anywhere among the words for the job.
 *
 * @param settings of Spark that they make, in the order of the command line
 * @param gpus whether each replica is to have one
 * @param others the words for the job; with a GPU for each replica they say so as well
 */
public record SparkOptions(
    Map<String, String> settings,
    DeployMode deployMode,
    boolean gpus,
    Optional<PropertiesFile> propertiesFile,
    List<String> others) {

  private static final List<String> ON_GPU = List.of("--set", "training.device=gpu");

  /** Copies settings and words. */
  public SparkOptions {
    settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
    others = List.copyOf(others);
  }

  /**
   * Takes the options out of a command line.
   *
   * @throws dev.sparkresnet.job.failure.UserErrorException if one of them will not do, or would
   *     show a secret to others
   */
  public static SparkOptions of(List<String> words) {
    Reader reader = new Reader();
    Iterator<String> left = words.iterator();
    while (left.hasNext()) {
      reader.take(left.next(), left);
    }
    if (reader.gpus) {
      reader.others.addAll(ON_GPU);
    }
    return new SparkOptions(
        reader.settings, reader.deployMode, reader.gpus, reader.propertiesFile, reader.others);
  }

  /** The URL of the cluster manager, if one is named. */
  Optional<String> master() {
    return Optional.ofNullable(settings.get(SparkSettings.MASTER));
  }

  private static final class Reader {
    private static final Map<String, BiConsumer<Reader, String>> WITH_VALUE =
        Map.of(
            "--master", Reader::takeMaster,
            "--deploy-mode", Reader::takeDeployMode,
            "--executor-cores", Reader::takeExecutorCores,
            "--spark-conf", Reader::takeSetting,
            "--principal", (reader, value) -> reader.set(KerberosSettings.PRINCIPAL, value),
            "--keytab", Reader::takeKeytab,
            "--properties-file", Reader::takePropertiesFile);

    private static final Map<String, Consumer<Reader>> WITHOUT_VALUE =
        Map.of("--gpus", reader -> reader.gpus = true);

    private static final Pattern SETTING = Pattern.compile("spark\\.[^=]*=.*", Pattern.DOTALL);

    private final Map<String, String> settings = new LinkedHashMap<>();
    private final List<String> others = new ArrayList<>();
    private DeployMode deployMode = DeployMode.CLIENT;
    private boolean gpus;
    private Optional<PropertiesFile> propertiesFile = Optional.empty();

    void take(String word, Iterator<String> following) {
      int equals = word.indexOf('=');
      String name = equals < 0 ? word : word.substring(0, equals);
      if (WITH_VALUE.containsKey(name)) {
        String value = equals < 0 ? valueOf(name, following) : word.substring(equals + 1);
        WITH_VALUE.get(name).accept(this, value);
      } else if (WITHOUT_VALUE.containsKey(word)) {
        WITHOUT_VALUE.get(word).accept(this);
      } else {
        others.add(word);
      }
    }

    private static String valueOf(String option, Iterator<String> following) {
      if (!following.hasNext()) {
        throw Refusal.of(option + " needs a value");
      }
      return following.next();
    }

    private void takeMaster(String value) {
      set(SparkSettings.MASTER, value);
      LocalExecutors.named(value)
          .ifPresent(local -> ReplicaSettings.filling(local.cores()).forEach(this::set));
    }

    private void takeDeployMode(String value) {
      deployMode =
          switch (value) {
            case "client" -> DeployMode.CLIENT;
            case "cluster" -> DeployMode.CLUSTER;
            default ->
                throw Refusal.of("--deploy-mode %s: must be client or cluster".formatted(value));
          };
    }

    private void takeExecutorCores(String value) {
      ReplicaSettings.filling(value).forEach(this::set);
    }

    /** The driver may have another working directory. */
    private void takeKeytab(String value) {
      set(
          KerberosSettings.KEYTAB,
          value.matches("\\w+:.*") ? value : Path.of(value).toAbsolutePath().toString());
    }

    private void takeSetting(String value) {
      int equals = value.indexOf('=');
      if (Secrets.of(Map.of()).areIn(value)) {
        String key = equals < 0 ? value : value.substring(0, equals);
        throw Refusal.of("--spark-conf %s: %s".formatted(key, Secrets.EXPOSED));
      }
      if (!SETTING.matcher(value).matches()) {
        throw Refusal.of("--spark-conf needs spark.KEY=VALUE, found " + value);
      }
      set(value.substring(0, equals), value.substring(equals + 1));
    }

    private void takePropertiesFile(String value) {
      if (propertiesFile.isPresent()) {
        throw Refusal.of("--properties-file can be given once");
      }
      propertiesFile = Optional.of(PropertiesFile.open(value));
    }

    /** Of several values the last one holds. */
    private void set(String key, String value) {
      settings.remove(key);
      settings.put(key, value);
    }
  }
}
