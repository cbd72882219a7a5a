package dev.sparkresnet.job.benchmark;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sparkresnet.model.benchmark.BenchmarkResult;
import dev.sparkresnet.model.benchmark.Timing;
import dev.sparkresnet.model.network.NetworkTable;
import java.util.Locale;

/** A report as JSON for programs, with times in seconds. */
final class ReportJson {
  private static final ObjectMapper JSON = new ObjectMapper();

  private ReportJson() {}

  static String render(BenchmarkReport report) {
    NetworkTable network = NetworkTable.of(report.plan().network(), 1);
    ObjectNode root = JSON.createObjectNode();
    root.put("parameters", network.parameters());
    root.put("multiplyAddsPerImage", network.multiplyAdds());
    root.put("warmUp", report.plan().repetitions().warmUp());
    report
        .scenarios()
        .forEach(each -> root.withArray("scenarios").add(scenario(report.plan(), each)));
    try {
      return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static ObjectNode scenario(BenchmarkPlan plan, Scenario scenario) {
    ObjectNode node = JSON.createObjectNode();
    node.put("threads", scenario.threads());
    node.put("batch", scenario.batch());
    node.put("ceilingOperationsPerSecond", scenario.ceiling().operationsPerSecond());
    ObjectNode layers = node.putObject("layers");
    scenario.results().forEach(each -> layers.set(name(each.layers()), result(scenario, each)));
    node.set("gradientSharing", sharing(scenario.sharing()));
    if (!plan.participants().isEmpty()) {
      node.set("exchanges", exchanges(scenario));
    }
    if (!plan.gigabits().isEmpty()) {
      node.set("predictedEfficiency", scaling(plan, scenario));
    }
    return node;
  }

  private static ArrayNode exchanges(Scenario scenario) {
    ArrayNode rows = JSON.createArrayNode();
    for (ExchangeBenchmark.Cost cost : scenario.exchanges()) {
      rows.addObject()
          .put("participants", cost.participants())
          .put("roundSeconds", cost.seconds())
          .put("sumSeconds", cost.sumSeconds())
          .put("waitedSeconds", cost.waitedSeconds())
          .put("sentBytes", cost.sentBytes());
    }
    return rows;
  }

  private static ArrayNode scaling(BenchmarkPlan plan, Scenario scenario) {
    ArrayNode rows = JSON.createArrayNode();
    ScalingPrediction prediction = scenario.prediction(plan.sharing().staleness());
    for (int gigabits : plan.gigabits()) {
      for (int replicas : ReportText.REPLICAS) {
        rows.addObject()
            .put("gigabitsPerSecond", gigabits)
            .put("replicas", replicas)
            .put("efficiency", prediction.efficiency(replicas, gigabits * 1e9));
      }
    }
    return rows;
  }

  private static ObjectNode result(Scenario scenario, BenchmarkResult result) {
    ObjectNode node = JSON.createObjectNode();
    node.set("trainingStep", task(scenario, result.trainingStep(), result.trainingOperations()));
    node.set("inference", task(scenario, result.inference(), result.inferenceOperations()));
    ObjectNode kinds = node.putObject("medianSecondsOfStep");
    result.medianSecondsByKind().forEach((kind, seconds) -> kinds.put(name(kind), seconds));
    return node;
  }

  private static ObjectNode task(Scenario scenario, Timing timing, double operations) {
    ObjectNode node = timing(timing);
    node.put("imagesPerSecond", timing.perSecond(scenario.batch()));
    node.put("shareOfCeiling", scenario.ceiling().share(operations, timing));
    return node;
  }

  private static ObjectNode sharing(SharingCost cost) {
    ObjectNode node = JSON.createObjectNode();
    node.set("compute", timing(cost.compute()));
    node.set("plainApply", timing(cost.plainApply()));
    node.set("encode", timing(cost.encode()));
    node.put("sumSeconds", cost.sumSeconds());
    node.set("apply", timing(cost.apply()));
    node.put("addedSeconds", cost.addedSeconds());
    node.put("addedShareOfPlainStep", cost.addedShare());
    node.put("meanSentBytes", cost.meanSentBytes());
    node.put("sparsity", cost.sparsity());
    return node;
  }

  private static ObjectNode timing(Timing timing) {
    ObjectNode node = JSON.createObjectNode();
    node.put("repetitions", timing.repetitions());
    node.put("medianSeconds", timing.medianSeconds());
    node.put("fastestSeconds", timing.fastestSeconds());
    node.put("slowestSeconds", timing.slowestSeconds());
    return node;
  }

  private static String name(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
