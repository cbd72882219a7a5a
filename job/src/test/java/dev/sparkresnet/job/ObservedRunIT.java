package dev.sparkresnet.job;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.concurrent.TimeUnit.MINUTES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sparkresnet.datasets.synthetic.SyntheticCifar;
import dev.sparkresnet.job.metrics.EpochMetrics;
import dev.sparkresnet.job.metrics.MetricsFile;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.deploy.history.FsHistoryProvider;
import org.apache.spark.deploy.history.HistoryServer;
import org.apache.spark.deploy.history.HistoryServer$;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A run that is watched the way users of Spark watch theirs: Prometheus and the history server. */
@Timeout(value = 3, unit = MINUTES, threadMode = SEPARATE_THREAD)
class ObservedRunIT {
  private static final int IMAGES = 640;
  private static final int TEST_IMAGES = 100;
  private static final int EPOCHS = 3;
  private static final Pattern PAGE = Pattern.compile("web page (\\S+), for Prometheus (\\S+)$");
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  @TempDir private static Path directory;

  private static PrometheusFile prometheus;
  private static Map<String, Double> first;
  private static Map<String, Double> early;
  private static Map<String, Double> late;
  private static List<EpochMetrics> epochs;
  private static JobProcess.Outcome outcome;

  @BeforeAll
  static void watchARun() throws Exception {
    prometheus = PrometheusFile.read();
    JobProcess job = JobProcess.start(training());
    String announcement = last(job.awaitLine("for Prometheus"));
    Matcher matcher = PAGE.matcher(announcement);
    assertThat(matcher.find()).as(announcement).isTrue();
    assertThat(matcher.group(2)).isEqualTo(matcher.group(1) + prometheus.metricsPath());
    URI metrics = URI.create(matcher.group(2));
    first = scrape(metrics, numbers -> true);
    job.awaitLine("epoch 1/3, step 5/40");
    early = scrape(metrics, numbers -> true);
    job.awaitLine("epoch 3/3, step 5/40");
    late =
        scrape(metrics, numbers -> numbers.getOrDefault("spark_resnet50_received_bytes", 0.0) > 0);
    outcome = job.finish();
    epochs = new MetricsFile(new Configuration(), directory.resolve("run").toString()).read();
  }

  private static List<String> training() throws IOException {
    Path images = directory.resolve("images");
    SyntheticCifar.generate(new Configuration(), images.toString(), IMAGES, TEST_IMAGES, 3);
    Files.createDirectory(directory.resolve("events"));
    List<String> arguments =
        JobProcess.training(
            Stream.of(
                "run-directory=" + directory.resolve("run"),
                "dataset.path=" + images,
                "optimizer.batch-size=8",
                "optimizer.epochs=" + EPOCHS,
                "batch-norm.recalibration-minibatches=4",
                "log-every-steps=5"));
    for (String setting :
        List.of(
            "spark.ui.enabled=true",
            "spark.ui.port=0",
            "spark.executor.heartbeatInterval=100ms",
            "spark.eventLog.enabled=true",
            "spark.eventLog.dir=" + directory.resolve("events").toUri())) {
      arguments.addAll(List.of("--spark-conf", setting));
    }
    return arguments;
  }

  private static String last(List<String> lines) {
    return lines.get(lines.size() - 1);
  }

  /** As Prometheus does, until it finds what the run tells with its next heartbeat. */
  private static Map<String, Double> scrape(URI metrics, Predicate<Map<String, Double>> isThere)
      throws IOException, InterruptedException {
    while (true) {
      Map<String, Double> numbers = prometheus.scrape(fetch(metrics));
      numbers.keySet().removeIf(name -> !name.startsWith("spark_resnet50_"));
      if (isThere.test(numbers)) {
        return numbers;
      }
    }
  }

  private static String fetch(URI uri) throws IOException, InterruptedException {
    HttpResponse<String> response =
        HTTP.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    assertThat(response.statusCode()).as(uri.toString()).isEqualTo(200);
    return response.body();
  }

  @Test
  void theRunSucceeds() {
    assertThat(outcome.exitCode()).as(String.join("\n", outcome.lines())).isZero();
  }

  @Test
  void everyNumberIsExplainedAndEveryExplainedNumberIsThere() {
    Set<String> names = new TreeSet<>();
    late.keySet().forEach(name -> names.add(name.replaceFirst("\\{.*", "")));
    Set<String> onACpu = new TreeSet<>(prometheus.documentedNames());
    assertThat(onACpu.removeIf(name -> name.contains("_gpu_"))).isTrue();
    assertThat(names).isEqualTo(onACpu);
  }

  @Test
  void nothingIsMadeUpBeforeTheFirstStep() {
    assertThat(first)
        .containsEntry("spark_resnet50_epoch", 0.0)
        .containsEntry("spark_resnet50_checkpoints", 0.0)
        .doesNotContainKeys(
            "spark_resnet50_train_loss",
            "spark_resnet50_test_loss",
            "spark_resnet50_straggler_wait_seconds",
            "spark_resnet50_checkpoint_age_seconds");
  }

  @Test
  void numbersFollowTheRunWithinAnEpoch() {
    assertThat(early)
        .containsEntry("spark_resnet50_epoch", 1.0)
        .containsEntry("spark_resnet50_epochs", (double) EPOCHS)
        .containsEntry("spark_resnet50_epochs_complete", 0.0)
        .containsEntry("spark_resnet50_steps", 40.0)
        .containsEntry("spark_resnet50_replicas", 2.0)
        .doesNotContainKeys("spark_resnet50_test_accuracy", "spark_resnet50_checkpoint_epoch");
    assertThat(early.get("spark_resnet50_step")).isBetween(5.0, 40.0);
    assertThat(early.get("spark_resnet50_train_loss")).isBetween(1.5, 4.0);
    assertThat(early.get("spark_resnet50_examples_per_second")).isBetween(1.0, 1e5);
    assertThat(late).containsEntry("spark_resnet50_epoch", (double) EPOCHS);
    for (String name : List.of("train_loss", "train_accuracy", "examples_per_second")) {
      assertThat(late.get("spark_resnet50_" + name))
          .as(name)
          .isNotEqualTo(early.get("spark_resnet50_" + name));
    }
  }

  @Test
  void numbersAreThoseOfTheMetricsFile() {
    EpochMetrics second = epochs.get(1);
    assertThat(late)
        .containsEntry("spark_resnet50_epochs_complete", 2.0)
        .containsEntry("spark_resnet50_test_loss", second.testLoss())
        .containsEntry("spark_resnet50_test_accuracy", second.testAccuracy())
        .containsEntry("spark_resnet50_roll_backs", 0.0)
        .containsEntry("spark_resnet50_executor_losses", 0.0);
    assertThat(late.get("spark_resnet50_learning_rate"))
        .isCloseTo(epochs.get(2).learningRate(), within(1e-9));
    assertThat(late.get("spark_resnet50_straggler_wait_seconds")).isBetween(0.0, 600.0);
    assertThat(late.get("spark_resnet50_checkpoints")).isBetween(1.0, 2.0);
    assertThat(late.get("spark_resnet50_checkpoint_age_seconds")).isBetween(0.0, 120.0);
  }

  @Test
  void executorsSayWhatTheyDo() {
    for (String executor : List.of("0", "1")) {
      assertThat(late.get(of(executor, "minibatches"))).isBetween(80.0, 120.0);
      assertThat(late.get(of(executor, "compute_seconds"))).isPositive();
      assertThat(late.get(of(executor, "off_heap_bytes"))).isBetween(1e5, 1e9);
    }
    // Another heartbeat may come while the page is written.
    double sent = late.get(of("0", "sent_bytes")) + late.get(of("1", "sent_bytes"));
    assertThat(late.get("spark_resnet50_sent_bytes")).isBetween(sent, 2 * sent);
  }

  private static String of(String executor, String name) {
    return "spark_resnet50_executor_" + name + "{executor=\"" + executor + "\"}";
  }

  @Test
  void theHistoryServerShowsTheRunWithADescriptionOfEveryJob() throws Exception {
    SparkConf conf =
        new SparkConf(false)
            .set("spark.history.fs.logDirectory", directory.resolve("events").toUri().toString());
    FsHistoryProvider provider = new FsHistoryProvider(conf);
    HistoryServer server =
        new HistoryServer(conf, provider, HistoryServer$.MODULE$.createSecurityManager(conf), 0);
    server.bind();
    try {
      provider.start();
      URI rest = URI.create("http://localhost:" + server.boundPort() + "/api/v1/applications/");
      JsonNode application = awaitApplication(rest);
      assertThat(application.path("name").asText()).isEqualTo("spark-resnet50");
      assertThat(application.at("/attempts/0/completed").asBoolean()).isTrue();
      URI events = rest.resolve(application.path("id").asText() + "/");
      assertThatJobsAreDescribed(json(events.resolve("jobs")));
      assertThatNoStageFailed(json(events.resolve("stages")));
    } finally {
      server.stop();
    }
  }

  private static JsonNode awaitApplication(URI rest) throws IOException, InterruptedException {
    while (true) {
      JsonNode applications = json(rest);
      if (!applications.isEmpty()) {
        return applications.get(0);
      }
    }
  }

  private static JsonNode json(URI uri) throws IOException, InterruptedException {
    return new ObjectMapper().readTree(fetch(uri));
  }

  private static void assertThatJobsAreDescribed(JsonNode jobs) {
    assertThat(jobs).allMatch(job -> job.path("status").asText().equals("SUCCEEDED"));
    Stream<String> ofEpochs =
        Stream.of("1", "2", "3")
            .flatMap(
                epoch ->
                    Stream.of(
                        "epoch " + epoch + " of 3: steps 1 to 40",
                        "epoch " + epoch + " of 3: re-estimating batch norm from 64 images",
                        "epoch " + epoch + " of 3: evaluating 100 images"));
    assertThat(jobs)
        .extracting(job -> job.path("description").asText())
        .containsOnlyOnceElementsOf(ofEpochs.toList())
        .contains("reading 740 images", "bringing 2 replicas together")
        .hasSize(12);
  }

  private static void assertThatNoStageFailed(JsonNode stages) {
    assertThat(stages)
        .isNotEmpty()
        .allMatch(stage -> Set.of("COMPLETE", "SKIPPED").contains(stage.path("status").asText()))
        .noneMatch(
            stage ->
                stage.path("status").asText().equals("COMPLETE")
                    && stage.path("description").asText().isEmpty());
  }

  /** Secrets have 64 hexadecimal digits: that of Spark, and that of the exchange of updates. */
  @Test
  void noSecretIsInTheEventLogOrTheOutput() throws IOException {
    Pattern secret = Pattern.compile("[0-9a-f]{64}");
    try (Stream<Path> files = Files.walk(directory.resolve("events"))) {
      List<Path> logs = files.filter(Files::isRegularFile).toList();
      assertThat(logs).isNotEmpty();
      for (Path log : logs) {
        assertThat(Files.readString(log, ISO_8859_1)).doesNotContainPattern(secret);
      }
    }
    assertThat(String.join("\n", outcome.lines())).doesNotContainPattern(secret);
  }
}
