package dev.sparkresnet.job.monitoring;

import com.codahale.metrics.MetricRegistry;
import java.util.Map;
import java.util.TreeMap;

/** What the gauges of a registry show. */
final class GaugeValues {
  private GaugeValues() {}

  static Map<String, Object> of(MetricRegistry registry) {
    Map<String, Object> values = new TreeMap<>();
    registry.getGauges().forEach((name, gauge) -> values.put(name, gauge.getValue()));
    return values;
  }
}
