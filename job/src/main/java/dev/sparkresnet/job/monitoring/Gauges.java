package dev.sparkresnet.job.monitoring;

import com.codahale.metrics.DefaultSettableGauge;
import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import com.codahale.metrics.SettableGauge;
import dev.sparkresnet.job.failure.OptionalWork;
import java.util.function.DoubleSupplier;

/**
 * Named numbers in a registry of metrics. A number is there while it is known: neither before, nor
 * as anything that is not finite.
 */
final class Gauges {
  private final MetricRegistry registry;
  private final OptionalWork optional = new OptionalWork("Some gauges are not shown");

  Gauges(MetricRegistry registry) {
    this.registry = registry;
  }

  /** Shows a value from now on, or none if it is not finite. */
  void show(String name, double value) {
    if (!Double.isFinite(value)) {
      hide(name);
      return;
    }
    optional.attempt(
        () -> {
          SettableGauge<Double> gauge =
              registry.gauge(name, () -> new DefaultSettableGauge<>(value));
          gauge.setValue(value);
        });
  }

  /** Shows from now on what the value is at the time when it is looked at. */
  void showCurrent(String name, DoubleSupplier value) {
    optional.attempt(() -> registry.gauge(name, () -> (Gauge<Double>) value::getAsDouble));
  }

  void hide(String name) {
    optional.attempt(() -> registry.remove(name));
  }

  /** Hides all whose names begin like that. */
  void hideAll(String prefix) {
    optional.attempt(() -> registry.removeMatching((name, metric) -> name.startsWith(prefix)));
  }
}
