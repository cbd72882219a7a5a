package dev.sparkresnet.model;

import java.io.Serializable;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What a {@link Benchmark} measured.
 *
 * @param trainingStep forward, backward, optimizer and the change of the parameters
 * @param inference of logits
 * @param secondsByKind where the time of a step goes, in a separate measurement; empty for stock
 *     layers
 * @param operationsOfStep floating-point operations that a step takes by the book: a multiplication
 *     and an addition for each of three passes; fast layers leave out those on padding
 * @param productCeiling floating-point operations a second of a large matrix product
 */
public record BenchmarkResult(
    Layers layers,
    Timing trainingStep,
    Timing inference,
    Map<LayerKind, Double> secondsByKind,
    double operationsOfStep,
    double productCeiling)
    implements Serializable {

  /** The operations by the book that a step does in a second, as a share of the ceiling. */
  public double shareOfCeiling() {
    return operationsOfStep / trainingStep.medianSeconds() / productCeiling;
  }

  /** The result as a few lines of plain text, without a line break at the end. */
  public String render() {
    String kinds =
        secondsByKind.entrySet().stream()
            .map(
                each ->
                    String.format(
                        Locale.ROOT,
                        "%n    %-24s %8.1f ms",
                        each.getKey().name().toLowerCase(Locale.ROOT).replace('_', ' '),
                        1e3 * each.getValue()))
            .collect(Collectors.joining());
    return String.format(
        Locale.ROOT,
        "%s layers, batch %d%n  training step  %s%n  inference      %s%n"
            + "  %.0f %% of the matrix-product ceiling of %.0f GFLOP/s%s",
        layers.name().toLowerCase(Locale.ROOT),
        trainingStep.examples(),
        trainingStep.render(),
        inference.render(),
        100 * shareOfCeiling(),
        productCeiling / 1e9,
        kinds);
  }
}
