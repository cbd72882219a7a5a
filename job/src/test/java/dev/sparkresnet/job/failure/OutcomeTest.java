package dev.sparkresnet.job.failure;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sparkresnet.job.failure.Outcome.Again;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What others say about exit codes, who cannot ask {@link Outcome}. */
class OutcomeTest {
  private static final Path ROOT = Path.of("..");

  private static String text(String file) throws IOException {
    return Files.readString(ROOT.resolve(file));
  }

  @Test
  void theReadmeSaysWhatToRunAgain() throws IOException {
    Map<Integer, String> rows =
        Pattern.compile("(?m)^\\| (\\d+) \\|.*\\| (\\w+)[^|]*\\|$")
            .matcher(text("README.md"))
            .results()
            .collect(toMap(row -> Integer.valueOf(row.group(1)), row -> row.group(2)));
    assertThat(rows)
        .isEqualTo(
            Arrays.stream(Outcome.values())
                .collect(
                    toMap(
                        Outcome::exitCode, each -> each.again().name().toLowerCase(Locale.ROOT))));
  }

  /** Who asks {@code run-again} needs no list, which would be another one some day. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "submit/schedule/run-to-end.sh",
        "submit/schedule/once.sh",
        "submit/schedule/airflow_dag.py"
      })
  void schedulesHoldNoListOfCodes(String file) throws IOException {
    String code =
        text(file).lines().filter(line -> !line.strip().startsWith("#")).collect(joining("\n"));
    assertThat(code).doesNotContainPattern("[!=]= *[1-9]").doesNotContainPattern("\\[\\d+,");
  }

  @ParameterizedTest
  @CsvSource({"0, NO", "1, LATER", "2, NO", "8, LATER", "75, YES", "99, LATER"})
  void anExitCodeSaysWhetherToRunAgain(int exitCode, Again again) {
    assertThat(Outcome.againAfter(exitCode)).isEqualTo(again);
  }

  /** By the kernel for want of memory, by an operator, with the terminal. */
  @ParameterizedTest
  @ValueSource(ints = {137, 143, 130, 129})
  void whatWasKilledGoesOnAfterItsLastCheckpoint(int exitCode) {
    assertThat(Outcome.againAfter(exitCode)).isEqualTo(Again.YES);
  }
}
