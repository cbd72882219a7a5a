package dev.sparkresnet.job.config;

import java.io.Serializable;
import java.time.Duration;

/**
 * The block {@code training.watchdog}.
 *
 * @param timeout how long an epoch may go on without a minibatch anywhere
 */
public record WatchdogConfig(Duration timeout) implements Serializable {
  static WatchdogConfig read(ConfigSection section) {
    return new WatchdogConfig(section.value("timeout", ValueReader.DURATION, Rule.someTime()));
  }
}
