package dev.sparkresnet.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.ObjectMapper;
import org.nd4j.shade.jackson.dataformat.yaml.YAMLFactory;

/** {@code conf/prometheus.yml}, and what Prometheus would do by it. */
record PrometheusFile(String text, JsonNode job) {
  private static final Path PATH = Path.of("..", "conf", "prometheus.yml");
  private static final Pattern DOCUMENTED = Pattern.compile("(?m)^#   (spark_resnet50_\\w+) ");
  private static final Pattern SAMPLE = Pattern.compile("(\\w+)\\{type=\"\\w+\"\\} (\\S+)");

  static PrometheusFile read() throws IOException {
    String text = Files.readString(PATH);
    JsonNode file = new ObjectMapper(new YAMLFactory()).readTree(text);
    assertThat(file.path("scrape_configs")).hasSize(1);
    return new PrometheusFile(text, file.path("scrape_configs").get(0));
  }

  /** Where it looks on a host. */
  String metricsPath() {
    return job.path("metrics_path").asText();
  }

  /** The names that its comments explain. */
  Set<String> documentedNames() {
    Set<String> names = new TreeSet<>();
    Matcher matcher = DOCUMENTED.matcher(text);
    while (matcher.find()) {
      names.add(matcher.group(1));
    }
    return names;
  }

  /**
   * The numbers of a page by their names after the rules, such as {@code name} or {@code
   * name{executor="0"}}.
   */
  Map<String, Double> scrape(String page) {
    Map<String, Double> numbers = new TreeMap<>();
    for (String line : page.lines().toList()) {
      Matcher sample = SAMPLE.matcher(line);
      assertThat(sample.matches()).as(line).isTrue();
      double value = Double.parseDouble(sample.group(2));
      relabel(sample.group(1)).ifPresent(name -> assertThat(numbers.put(name, value)).isNull());
    }
    return numbers;
  }

  private Optional<String> relabel(String name) {
    Map<String, String> labels = new TreeMap<>(Map.of("__name__", name));
    for (JsonNode rule : job.path("metric_relabel_configs")) {
      assertThat(rule.path("source_labels"))
          .extracting(JsonNode::asText)
          .isEqualTo(List.of("__name__"));
      // Prometheus wants the whole of a value to match.
      Matcher matcher =
          Pattern.compile(rule.path("regex").asText()).matcher(labels.get("__name__"));
      if (!matcher.matches()) {
        continue;
      }
      if (rule.path("action").asText().equals("drop")) {
        return Optional.empty();
      }
      labels.put(
          rule.path("target_label").asText(),
          matcher.replaceFirst(rule.path("replacement").asText()));
    }
    String executor = labels.get("executor");
    String label = executor == null ? "" : "{executor=\"" + executor + "\"}";
    return Optional.of(labels.get("__name__") + label);
  }
}
