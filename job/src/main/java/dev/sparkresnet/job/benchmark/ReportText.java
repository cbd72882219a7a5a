package dev.sparkresnet.job.benchmark;

import dev.sparkresnet.model.benchmark.BenchmarkResult;
import dev.sparkresnet.model.benchmark.Repetitions;
import dev.sparkresnet.model.benchmark.Timing;
import dev.sparkresnet.model.fast.LayerKind;
import dev.sparkresnet.model.network.Layers;
import dev.sparkresnet.model.network.NetworkTable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** A report as tables that can be pasted into a README. */
final class ReportText {
  /** Numbers of replicas to predict for. */
  static final List<Integer> REPLICAS = List.of(2, 4, 8, 16, 32, 64);

  private final BenchmarkReport report;

  ReportText(BenchmarkReport report) {
    this.report = report;
  }

  String render() {
    List<String> parts = new ArrayList<>(List.of(introduction(), speed()));
    if (report.plan().layers().contains(Layers.FAST)) {
      parts.add(layerKinds());
    }
    parts.add(sharing());
    if (!report.plan().participants().isEmpty()) {
      parts.add(exchanges());
    }
    if (!report.plan().gigabits().isEmpty()) {
      parts.add(scaling());
    }
    return String.join("\n", parts).stripTrailing();
  }

  private String introduction() {
    NetworkTable network = NetworkTable.of(report.plan().network(), 1);
    Map<Integer, Double> ceilings = new LinkedHashMap<>();
    report
        .scenarios()
        .forEach(each -> ceilings.put(each.threads(), each.ceiling().operationsPerSecond()));
    return format(
        "%,d parameters, %,d multiply-adds an image.%nMedian of %s (fastest to slowest).%n"
            + "Ceiling, the speed of matrix products: %s.%n",
        network.parameters(),
        network.multiplyAdds(),
        runs(),
        ceilings.entrySet().stream()
            .map(
                each ->
                    format("%.0f GFLOP/s with %s", each.getValue() / 1e9, threads(each.getKey())))
            .collect(Collectors.joining(", ")));
  }

  private String runs() {
    return report.plan().layers().stream()
        .map(
            layers -> {
              Repetitions runs = report.plan().repetitionsOf(layers);
              return format(
                  "%d runs of %s layers after %d", runs.timed(), name(layers), runs.warmUp());
            })
        .collect(Collectors.joining(" and "));
  }

  private String speed() {
    MarkdownTable table =
        new MarkdownTable(
            List.of(
                "threads",
                "batch",
                "task",
                "layers",
                "images/s",
                "against stock",
                "of ceiling",
                "ms"));
    for (Scenario scenario : report.scenarios()) {
      addSpeed(
          table,
          scenario,
          "training step",
          BenchmarkResult::trainingStep,
          BenchmarkResult::trainingOperations);
      addSpeed(
          table,
          scenario,
          "inference",
          BenchmarkResult::inference,
          BenchmarkResult::inferenceOperations);
    }
    return table.render();
  }

  private static void addSpeed(
      MarkdownTable table,
      Scenario scenario,
      String task,
      Function<BenchmarkResult, Timing> timingOf,
      Function<BenchmarkResult, Double> operationsOf) {
    Optional<Timing> stock = scenario.of(Layers.STOCK).map(timingOf);
    for (BenchmarkResult result : scenario.results()) {
      Timing timing = timingOf.apply(result);
      table.add(
          List.of(
              String.valueOf(scenario.threads()),
              String.valueOf(scenario.batch()),
              task,
              name(result.layers()),
              format("%.1f", timing.perSecond(scenario.batch())),
              stock
                  .map(it -> format("%.1fx", it.medianSeconds() / timing.medianSeconds()))
                  .orElse(""),
              percent(scenario.ceiling().share(operationsOf.apply(result), timing)),
              milliseconds(timing)));
    }
  }

  private String layerKinds() {
    List<String> header = new ArrayList<>(List.of("step of fast layers"));
    report.scenarios().forEach(scenario -> header.add(name(scenario)));
    MarkdownTable table = new MarkdownTable(header);
    for (LayerKind kind : LayerKind.values()) {
      addLayerKind(
          table, name(kind), result -> result.medianSecondsByKind().getOrDefault(kind, 0.0));
    }
    addLayerKind(table, "rest", BenchmarkResult::restOfStep);
    return table.render();
  }

  private void addLayerKind(
      MarkdownTable table, String name, Function<BenchmarkResult, Double> secondsOf) {
    List<String> cells = new ArrayList<>(List.of(name));
    for (Scenario scenario : report.scenarios()) {
      BenchmarkResult result = scenario.of(Layers.FAST).orElseThrow();
      double seconds = secondsOf.apply(result);
      double share = seconds / result.trainingStep().medianSeconds();
      cells.add(format("%.1f ms, %s", 1e3 * seconds, percent(share)));
    }
    table.add(cells);
  }

  private String sharing() {
    MarkdownTable table =
        new MarkdownTable(
            List.of(
                "gradient sharing",
                "compute ms",
                "plain apply ms",
                "encode ms",
                "sum ms",
                "apply ms",
                "added ms",
                "of plain step",
                "sent kB"));
    for (Scenario scenario : report.scenarios()) {
      SharingCost cost = scenario.sharing();
      table.add(
          List.of(
              name(scenario),
              milliseconds(cost.compute()),
              milliseconds(cost.plainApply()),
              milliseconds(cost.encode()),
              format("%.1f", 1e3 * cost.sumSeconds()),
              milliseconds(cost.apply()),
              format("%.1f", 1e3 * cost.addedSeconds()),
              percent(cost.addedShare()),
              format("%.0f", cost.meanSentBytes() / 1e3)));
    }
    return table.render();
  }

  private String exchanges() {
    MarkdownTable table =
        new MarkdownTable(
            List.of("exchange", "participants", "round ms", "sum ms", "wait ms", "sent kB"));
    for (Scenario scenario : report.scenarios()) {
      for (ExchangeBenchmark.Cost cost : scenario.exchanges()) {
        table.add(
            List.of(
                name(scenario),
                String.valueOf(cost.participants()),
                format("%.1f", 1e3 * cost.seconds()),
                format("%.1f", 1e3 * cost.sumSeconds()),
                format("%.1f", 1e3 * cost.waitedSeconds()),
                format("%.0f", cost.sentBytes() / 1e3)));
      }
    }
    return table.render();
  }

  private String scaling() {
    List<String> header = new ArrayList<>(List.of("predicted efficiency", "Gbit/s"));
    REPLICAS.forEach(replicas -> header.add(replicas + " replicas"));
    MarkdownTable table = new MarkdownTable(header);
    for (Scenario scenario : report.scenarios()) {
      ScalingPrediction prediction = scenario.prediction(report.plan().sharing().staleness());
      for (int gigabits : report.plan().gigabits()) {
        List<String> cells = new ArrayList<>(List.of(name(scenario), String.valueOf(gigabits)));
        REPLICAS.forEach(
            replicas -> cells.add(percent(prediction.efficiency(replicas, gigabits * 1e9))));
        table.add(cells);
      }
    }
    return table.render();
  }

  private static String name(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  private static String name(Scenario scenario) {
    return format("%s, batch %d", threads(scenario.threads()), scenario.batch());
  }

  private static String threads(int threads) {
    return threads == 1 ? "1 thread" : threads + " threads";
  }

  private static String milliseconds(Timing timing) {
    return format(
        "%.1f (%.1f to %.1f)",
        1e3 * timing.medianSeconds(), 1e3 * timing.fastestSeconds(), 1e3 * timing.slowestSeconds());
  }

  private static String percent(double share) {
    return format("%.0f %%", 100 * share);
  }

  private static String format(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
