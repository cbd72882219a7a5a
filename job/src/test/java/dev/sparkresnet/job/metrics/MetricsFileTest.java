package dev.sparkresnet.job.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetricsFileTest {
  private static final EpochMetrics FIRST =
      new EpochMetrics(1, 2.25, 0.25, 2.0, 0.375, 0.02, 1280, 400, 40.0, 32.0, 2);
  private static final EpochMetrics SECOND =
      new EpochMetrics(2, 1.5, 0.5, 1.75, 0.4375, 0.02, 1280, 400, 40.0, 32.0, 2);

  @TempDir Path directory;

  private MetricsFile file() {
    return new MetricsFile(new Configuration(), directory.resolve("run").toUri().toString());
  }

  @Test
  void holdsOneLineForEachEpoch() throws IOException {
    file().write(List.of(FIRST, SECOND));
    assertThat(directory.resolve("run/metrics.jsonl"))
        .content()
        .isEqualTo(FIRST.toJson() + "\n" + SECOND.toJson() + "\n");
  }

  @Test
  void readsWhatItWrote() {
    file().write(List.of(FIRST, SECOND));
    assertThat(file().read()).containsExactly(FIRST, SECOND);
  }

  @Test
  void readsNoEpochsBeforeTheFirst() {
    assertThat(file().read()).isEmpty();
  }

  @Test
  void replacesWhatAnAbandonedRunLeft() {
    file().write(List.of(FIRST, SECOND));
    file().write(List.of(FIRST));
    assertThat(file().read()).containsExactly(FIRST);
  }

  @Test
  void leavesNoTemporaryFiles() throws IOException {
    file().write(List.of(FIRST));
    file().write(List.of(FIRST, SECOND));
    try (Stream<Path> files = Files.list(directory.resolve("run"))) {
      assertThat(files.map(path -> path.getFileName().toString())).containsExactly("metrics.jsonl");
    }
  }

  @Test
  void saysWhichFileCannotBeWritten() throws IOException {
    Files.writeString(directory.resolve("run"), "a file where the run directory should be");
    assertThatThrownBy(() -> file().write(List.of(FIRST)))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageStartingWith("Cannot write file:" + directory + "/run/metrics.jsonl: ");
  }

  @Test
  void saysWhichLineIsNotAnEpoch() throws IOException {
    Files.createDirectory(directory.resolve("run"));
    Files.writeString(directory.resolve("run/metrics.jsonl"), FIRST.toJson() + "\nhello\n");
    assertThatThrownBy(() -> file().read())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot read metrics: no epoch in hello");
  }
}
