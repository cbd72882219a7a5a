package dev.sparkresnet.job.failure;

import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sparkresnet.job.failure.Outcome.Again;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What others say about exit codes, who cannot ask {@link Outcome}. */
class OutcomeTest {
  private static final Path ROOT = Path.of("..");

  private static String text(String file) throws IOException {
    return Files.readString(ROOT.resolve(file));
  }

  private static Set<Integer> codes(Again again) {
    return Arrays.stream(Outcome.values())
        .filter(outcome -> outcome.again() == again)
        .map(Outcome::exitCode)
        .collect(toSet());
  }

  private static Set<Integer> numbers(String text) {
    return Pattern.compile("\\d+")
        .matcher(text)
        .results()
        .map(each -> Integer.valueOf(each.group()))
        .collect(toSet());
  }

  private static String found(String pattern, String text) {
    Matcher matcher = Pattern.compile(pattern).matcher(text);
    assertThat(matcher.find()).as("%s in %s", pattern, text).isTrue();
    return matcher.group(1);
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

  /** Nothing but what goes on by itself is worth a try within minutes. */
  @Test
  void cronRunsAgainWhatGoesOn() throws IOException {
    String script = text("submit/schedule/run-to-end.sh");
    String given = found("\\[\\[ (\\$code != .*?) \\]\\]", script);
    assertThat(numbers(given)).isEqualTo(codes(Again.YES));
  }

  @Test
  void airflowTriesAgainWhatMayHaveHealed() throws IOException {
    String dag = text("submit/schedule/airflow_dag.py");
    Set<Integer> last = numbers(found("FINAL = \\[(.*)]", dag));
    Set<Integer> never = codes(Again.NO);
    never.remove(Outcome.COMPLETE.exitCode());
    assertThat(last).isEqualTo(never);
  }
}
