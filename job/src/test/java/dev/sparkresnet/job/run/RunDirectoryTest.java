package dev.sparkresnet.job.run;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sparkresnet.job.failure.UserErrorException;
import dev.sparkresnet.job.storage.RetryPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunDirectoryTest {
  @TempDir private Path directory;

  /** Nothing has shown yet that there is a host of that name. */
  @Test
  void anUnknownHostIsForItsUserToMendAtAFirstUse() {
    assertThatThrownBy(
            () -> RunDirectory.prepare("hdfs://nn.invalid:8020/runs/x", new Configuration()))
        .isInstanceOf(UserErrorException.class)
        .hasMessageStartingWith(
            "Cannot write to run directory hdfs://nn.invalid:8020/runs/x: unknown host: ")
        .hasMessageContaining("nn.invalid")
        .matches(failure -> !RetryPolicy.isPossible(failure));
  }

  @Test
  void aFileInItsPlaceIsNamed() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "x");
    assertThatThrownBy(() -> RunDirectory.prepare(file.toString(), new Configuration()))
        .isInstanceOf(UserErrorException.class)
        .hasMessageStartingWith("Cannot write to run directory " + file + ": ")
        .matches(failure -> !RetryPolicy.isPossible(failure));
  }
}
