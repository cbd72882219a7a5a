package dev.sparkresnet.job.metrics;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sparkresnet.job.storage.AtomicFile;
import java.util.List;
import org.apache.hadoop.conf.Configuration;

/** The file {@code metrics.jsonl} of a run directory: one JSON object a line for each epoch. */
public final class MetricsFile {
  public static final String NAME = "metrics.jsonl";

  private final AtomicFile file;

  public MetricsFile(Configuration configuration, String runDirectory) {
    this.file = new AtomicFile(configuration, runDirectory, NAME);
  }

  /**
   * Replaces the file by all epochs so far, so that a resumed run leaves neither gaps nor repeats.
   *
   * @throws java.io.UncheckedIOException if the run directory cannot be written
   */
  public void write(List<EpochMetrics> epochs) {
    StringBuilder lines = new StringBuilder();
    for (EpochMetrics epoch : epochs) {
      lines.append(epoch.toJson()).append('\n');
    }
    file.replace(lines.toString().getBytes(UTF_8));
  }

  /**
   * The epochs in the file, none if there is no file.
   *
   * @throws java.io.UncheckedIOException if the run directory cannot be read
   * @throws IllegalArgumentException if a line is not an epoch
   */
  public List<EpochMetrics> read() {
    return file.content().stream()
        .flatMap(content -> new String(content, UTF_8).lines())
        .map(EpochMetrics::fromJson)
        .toList();
  }
}
