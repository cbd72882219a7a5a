package dev.sparkresnet.job.launch;

import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/** The scripts for one cluster manager, which take its address and need what it needs. */
enum ManagerScript {
  YARN("yarn") {
    @Override
    List<String> words(List<String> given, Environment environment) {
      boolean hasYarn =
          environment
              .hadoopConfiguration()
              .filter(directory -> Files.isRegularFile(directory.resolve("yarn-site.xml")))
              .isPresent();
      if (!hasYarn) {
        throw refusal("HADOOP_CONF_DIR has no yarn-site.xml");
      }
      return withMaster(given, "yarn");
    }
  },

  STANDALONE("standalone") {
    @Override
    List<String> words(List<String> given, Environment environment) {
      String master = first(given, "spark://[^:]*:.*", "spark://HOST:PORT");
      return withMaster(given.subList(1, given.size()), master);
    }
  },

  KUBERNETES("kubernetes") {
    @Override
    List<String> words(List<String> given, Environment environment) {
      String master = first(given, "k8s://.+", "k8s://https://HOST:PORT");
      String image = given.size() > 1 ? given.get(1) : "none";
      if (!image.matches("[^-].*[:/@].*")) {
        throw refusal("the second argument must be an image, found " + image);
      }
      List<String> words =
          new ArrayList<>(List.of("--spark-conf", "spark.kubernetes.container.image=" + image));
      words.addAll(given.subList(2, given.size()));
      if (SparkOptions.of(words).namedDeployMode().isEmpty()) {
        words.addAll(0, List.of("--deploy-mode", DeployMode.CLUSTER.spelling()));
      }
      requireUploadPath(words, environment);
      return withMaster(words, master);
    }

    private void requireUploadPath(List<String> words, Environment environment) {
      SparkOptions options = SparkOptions.of(words);
      boolean isKnown =
          options.deployMode() == DeployMode.CLIENT
              || options.settings().containsKey(UPLOAD_PATH)
              || environment
                  .clusterDefaults()
                  .filter(file -> PropertiesFile.read(file).containsKey(UPLOAD_PATH))
                  .isPresent();
      if (!isKnown) {
        throw refusal(
            "a driver on the cluster needs --spark-conf %s=hdfs://..., which it and you can reach"
                .formatted(UPLOAD_PATH));
      }
    }
  };

  private static final String OPTION = "--as";
  private static final String UPLOAD_PATH = "spark.kubernetes.file.upload.path";

  private final String name;

  ManagerScript(String name) {
    this.name = name;
  }

  /**
   * The words for {@code submit/job.sh} that come to the same as those of the script that calls it.
   *
   * @throws dev.sparkresnet.job.failure.UserErrorException if the script lacks something
   */
  static List<String> expand(List<String> words, Environment environment) {
    if (words.size() < 2 || !words.get(0).equals(OPTION)) {
      return words;
    }
    ManagerScript script =
        Arrays.stream(values())
            .filter(each -> each.name.equals(words.get(1)))
            .findFirst()
            .orElseThrow(() -> Refusal.of("%s %s: no such script".formatted(OPTION, words.get(1))));
    return script.words(words.subList(2, words.size()), environment);
  }

  abstract List<String> words(List<String> given, Environment environment);

  /** The first argument. */
  String first(List<String> given, String pattern, String meaning) {
    return given.stream()
        .limit(1)
        .filter(Pattern.compile(pattern).asMatchPredicate())
        .findFirst()
        .orElseThrow(
            () ->
                refusal(
                    "the first argument must be %s, found %s"
                        .formatted(meaning, given.isEmpty() ? "none" : given.get(0))));
  }

  /** Above a master that was given. */
  private static List<String> withMaster(List<String> words, String master) {
    List<String> all = new ArrayList<>(words);
    all.addAll(List.of("--master", master));
    return all;
  }

  RuntimeException refusal(String why) {
    return Refusal.of("submit/%s.sh".formatted(name), why);
  }
}
