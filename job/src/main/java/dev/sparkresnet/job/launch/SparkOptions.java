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
 * @param namedDeployMode where the driver is to run, if that is said
 * @param gpus whether each replica is to have one
 * @param others the words for the job; with a GPU for each replica they say so as well
 */
public record SparkOptions(
    Map<String, String> settings,
    Optional<DeployMode> namedDeployMode,
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
    reader.refuseSecrets();
    if (reader.gpus) {
      reader.others.addAll(ON_GPU);
    }
    return new SparkOptions(
        reader.settings, reader.deployMode, reader.gpus, reader.propertiesFile, reader.others);
  }

  /** Where the driver runs. */
  DeployMode deployMode() {
    return namedDeployMode.orElse(DeployMode.CLIENT);
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

    private static final String CONFIGURATION = "--conf";

    private static final Pattern SETTING = Pattern.compile("spark\\.[^=]*=.*", Pattern.DOTALL);

    private final Map<String, String> settings = new LinkedHashMap<>();
    private final List<String> others = new ArrayList<>();
    private Optional<DeployMode> deployMode = Optional.empty();
    private boolean gpus;
    private Optional<PropertiesFile> propertiesFile = Optional.empty();

    void take(String word, Iterator<String> following) {
      int equals = word.indexOf('=');
      String name = equals < 0 ? word : word.substring(0, equals);
      SubmitHabits.refuse(name);
      BiConsumer<Reader, String> taker = taker(name);
      if (taker != null) {
        taker.accept(this, equals < 0 ? valueOf(name, following) : word.substring(equals + 1));
      } else if (name.equals(CONFIGURATION)) {
        takeSettingOrFile(word, following);
      } else if (WITHOUT_VALUE.containsKey(word)) {
        WITHOUT_VALUE.get(word).accept(this);
      } else {
        others.add(word);
      }
    }

    private static BiConsumer<Reader, String> taker(String name) {
      return SubmitHabits.setting(name)
          .<BiConsumer<Reader, String>>map(
              key -> (reader, value) -> reader.takeSetting(key + "=" + value))
          .orElse(WITH_VALUE.get(name));
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
      DeployMode mode =
          switch (value) {
            case "client" -> DeployMode.CLIENT;
            case "cluster" -> DeployMode.CLUSTER;
            default ->
                throw Refusal.of("--deploy-mode %s: must be client or cluster".formatted(value));
          };
      if (deployMode.isPresent() && deployMode.get() != mode) {
        throw Refusal.of("--deploy-mode client and --deploy-mode cluster: it can be one only");
      }
      deployMode = Optional.of(mode);
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
      String name = equals < 0 ? value : value.substring(0, equals);
      refuseSecret(Secrets.of(Map.of()), name, equals < 0 ? "" : value.substring(equals + 1));
      if (!SETTING.matcher(value).matches()) {
        throw Refusal.of("--spark-conf needs spark.KEY=VALUE, found " + value);
      }
      takeSetting(value.substring(0, equals), value.substring(equals + 1));
    }

    /** Those that options stand for count like the options. */
    private void takeSetting(String key, String value) {
      switch (key) {
        case SparkSettings.MASTER -> takeMaster(value);
        case SparkSettings.DEPLOY_MODE -> takeDeployMode(value);
        default -> set(key, value);
      }
    }

    /** Users of spark-submit know it for settings, the job for its configuration. */
    private void takeSettingOrFile(String word, Iterator<String> following) {
      List<String> option = new ArrayList<>(List.of(word));
      if (word.equals(CONFIGURATION) && following.hasNext()) {
        option.add(following.next());
      }
      String value = String.join("=", option).replaceFirst(CONFIGURATION + "=?", "");
      if (SETTING.matcher(value).matches()) {
        takeSetting(value);
      } else {
        others.addAll(option);
      }
    }

    /** By the user's own idea of a secret as well, which may stand behind it. */
    void refuseSecrets() {
      Map<String, String> all = new LinkedHashMap<>();
      propertiesFile.ifPresent(file -> all.putAll(file.values()));
      all.putAll(settings);
      Secrets secrets = Secrets.of(all);
      settings.forEach((key, value) -> refuseSecret(secrets, key, value));
    }

    private static void refuseSecret(Secrets secrets, String key, String value) {
      if (secrets.areIn(key, value)) {
        throw Refusal.of("--spark-conf %s: %s".formatted(key, Secrets.EXPOSED));
      }
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
