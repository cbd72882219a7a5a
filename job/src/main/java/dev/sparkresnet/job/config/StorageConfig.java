package dev.sparkresnet.job.config;

import java.io.Serializable;
import java.time.Duration;

/**
 * The block {@code training.storage}.
 *
 * @param retryFor how long to try again when the file system of the run fails in a way that may
 *     heal
 * @param sharedFolders whether folders of the local file system are the same on every host
 */
public record StorageConfig(Duration retryFor, boolean sharedFolders) implements Serializable {
  static StorageConfig read(ConfigSection section) {
    return new StorageConfig(
        section.value("retry-for", ValueReader.DURATION, Rule.someTime()),
        section.value("shared-folders", ValueReader.SWITCH));
  }
}
