package dev.sparkresnet.job.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sparkresnet.job.Ordeal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostileConfigurationTest {
  private static final String GOOD =
      """
      include "base.conf"
      training {
        run-directory = runs/a
        run-directory = ${?NOT_SET_ANYWHERE}
        seed = 7
        replicas = 2
        dataset { path = data/cifar10, train-limit = 2560, normalisation = scale }
        model { blocks = [3, 4, 6, 3], width = 64 }
        optimizer {
          batch-size = 32
          epochs = ${training.replicas}
          learning-rate = 0.005
        }
        gradient-sharing { port-range = "40123-40323", timeout = 60 seconds }
      }
      """;

  private static final List<String> SETTINGS =
      List.copyOf(
          ResolvedConfiguration.read(Optional.empty(), List.of("run-directory=a", "dataset.path=b"))
              .settings()
              .keySet());

  private static final List<String> VALUES =
      List.of(
          "null",
          "{}",
          "[]",
          "[[[]]]",
          "[1, {}, null]",
          "\"\"",
          "\"\\u0000\\u001b[2J\\u202e\"",
          "\"\u0001\u009b\"",
          "1e999999999",
          "-1e999999999",
          "1e-999999999",
          "NaN",
          "-1",
          "0x10",
          "99999999999999999999",
          "9".repeat(20_000),
          "\"" + "a\\n".repeat(20_000) + "\"",
          "[" + "1,".repeat(20_000) + "x]",
          "9223372036854775807 days",
          "-5 seconds",
          "1-65536",
          "9-1");

  private static final List<String> STATEMENTS =
      List.of(
          "include url(\"http://127.0.0.1:9/a.conf\")",
          "include url(\"file:///etc/passwd\")",
          "include required(url(\"jar:file:///a.jar!/b\"))",
          "include classpath(\"reference.conf\")",
          "include file(\"/etc/passwd\")",
          "include required(file(\"/dev/zero\"))",
          "include \"/dev/zero\"",
          "include \"../outside.conf\"",
          "include \"link.conf\"",
          "include \".\"",
          "include \"job.conf\"",
          "include \"twice.conf\"",
          "include required(\"a\\u0000b\")",
          "include required(\"" + "a/".repeat(3_000) + "b\")",
          "training.seed = ${PATH}",
          "training.seed = ${NOT_SET_ANYWHERE}",
          "training.seed = ${training.replicas}, training.replicas = ${training.seed}",
          "training.model = ${training}",
          "training = ${training.model}",
          "training = 5",
          "training = null",
          "\"a\\u0000\\u202eb\\nc\" = 1",
          "training.\"a\\u0007\\u009bb\\r\\nCannot c\" = 1",
          "training.\u0001seed = 1",
          "training." + "a".repeat(100_000) + " = 1",
          "training.seed = 1 # " + "a".repeat(200_000));

  private final Random random = new Random(5);

  @TempDir private Path directory;
  private Path file;
  private Ordeal ordeal;

  @BeforeEach
  void prepare() throws IOException {
    Path conf = Files.createDirectory(directory.resolve("conf"));
    Files.writeString(directory.resolve("outside.conf"), "training.seed = 666");
    Files.writeString(conf.resolve("base.conf"), "training.log-every-steps = 10");
    Files.writeString(conf.resolve("twice.conf"), "include \"half.conf\", include \"half.conf\"");
    Files.writeString(conf.resolve("half.conf"), "include \"twice.conf\", include \"twice.conf\"");
    Files.createSymbolicLink(conf.resolve("link.conf"), Path.of("../outside.conf"));
    file = Files.writeString(conf.resolve("job.conf"), GOOD);
    ordeal = new Ordeal(directory);
  }

  private void read(String name, String... assignments) throws IOException {
    ordeal.read(name, () -> ResolvedConfiguration.read(Optional.of(file), List.of(assignments)));
  }

  @Test
  void theGoodOneIsAccepted() throws IOException {
    read("good");
    assertThat(ordeal.refused()).isZero();
  }

  @Test
  void damagedFilesAreRefusedInOneLine() throws IOException {
    for (int input = 0; input < Ordeal.inputs(); input++) {
      byte[] bytes = GOOD.getBytes(StandardCharsets.UTF_8);
      for (int change = 0; change < 1 + random.nextInt(4); change++) {
        bytes = damaged(bytes);
      }
      Files.write(file, bytes);
      read("damaged file " + input);
    }
    assertThat(ordeal.refused()).isGreaterThan(Ordeal.inputs() * 6 / 10);
  }

  private byte[] damaged(byte[] bytes) {
    int at = random.nextInt(bytes.length);
    return switch (random.nextInt(5)) {
      case 0 -> Arrays.copyOf(bytes, Math.max(1, at));
      case 1 -> {
        byte[] flipped = bytes.clone();
        flipped[at] ^= (byte) (1 << random.nextInt(8));
        yield flipped;
      }
      case 2 -> inserted(bytes, at, String.valueOf((char) random.nextInt(32)));
      case 3 -> inserted(bytes, at, "{[\"}]".substring(random.nextInt(5)));
      default -> inserted(bytes, at, "x".repeat(1 << random.nextInt(18)));
    };
  }

  private static byte[] inserted(byte[] bytes, int at, String text) {
    String before = new String(bytes, 0, at, StandardCharsets.ISO_8859_1);
    String after = new String(bytes, at, bytes.length - at, StandardCharsets.ISO_8859_1);
    return (before + text + after).getBytes(StandardCharsets.ISO_8859_1);
  }

  @Test
  void hostileStatementsAreRefusedInOneLine() throws IOException {
    for (int input = 0; input < Ordeal.inputs(); input++) {
      Files.writeString(file, GOOD + statement());
      read("hostile statement " + input);
    }
    assertThat(ordeal.refused()).isGreaterThan(Ordeal.inputs() * 7 / 10);
  }

  private String statement() {
    int depth = 1 << random.nextInt(17);
    return switch (random.nextInt(8)) {
      case 0 -> "training.model.blocks = " + "[".repeat(depth) + "]".repeat(depth);
      case 1 -> "training.model " + "{a".repeat(depth / 2) + "=1" + "}".repeat(depth / 2);
      case 2 -> "training." + "a.".repeat(depth / 2) + "b = 1";
      case 3 -> doubling(5 + random.nextInt(60), "%1$s = ${%2$s}${%2$s}");
      case 4 -> doubling(5 + random.nextInt(60), "%1$s = {a = ${%2$s}, b = ${%2$s}}");
      case 5 -> "training." + any(List.of("a", "seed", "model.a")) + " = " + any(VALUES);
      case 6 -> any(SETTINGS) + " = " + any(VALUES);
      default -> any(STATEMENTS);
    };
  }

  private static String doubling(int times, String format) {
    return IntStream.rangeClosed(1, times)
        .mapToObj(each -> format.formatted("training.a" + each, "training.a" + (each - 1)))
        .collect(Collectors.joining("\n", "training.a0 = {b = \"c\"}\n", ""))
        .replace("{b = \"c\"}", format.contains("{") ? "{b = \"c\"}" : "ccccccccccccccccc");
  }

  private <T> T any(List<T> values) {
    return values.get(random.nextInt(values.size()));
  }

  @Test
  void hostileAssignmentsAreRefusedInOneLine() throws IOException {
    for (int input = 0; input < Ordeal.inputs(); input++) {
      read("hostile assignment " + input, assignment());
    }
    assertThat(ordeal.refused()).isGreaterThan(Ordeal.inputs() * 7 / 10);
  }

  private String assignment() {
    return switch (random.nextInt(6)) {
      case 0 -> any(SETTINGS);
      case 1 -> "model.blocks={" + any(STATEMENTS) + "}";
      case 2 -> "model.blocks=" + "[".repeat(1 << random.nextInt(16));
      case 3 -> "a.".repeat(1 << random.nextInt(14)) + "b=1";
      case 4 -> any(SETTINGS) + (char) random.nextInt(40) + "=" + any(VALUES);
      default -> any(SETTINGS) + "=" + any(VALUES);
    };
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          include url("http://127.0.0.1:9/a") | include "http://127.0.0.1:9/a": only files can be included
          include classpath("reference.conf") | include "reference.conf": only files can be included
          include file("/etc/passwd")         | include "/etc/passwd": not in %s
          include "../outside.conf"           | include "../outside.conf": not in %s
          include "link.conf"                 | include "link.conf": not in %s
          include "/dev/zero"                 | include "/dev/zero": not a file
          include "job.conf"                  | include "job.conf": it includes itself
          """)
  void saysWhatMustNotBeIncluded(String statement, String problem) throws IOException {
    Files.writeString(file, statement);
    assertThatThrownBy(() -> ResolvedConfiguration.read(Optional.of(file), List.of()))
        .hasMessage("Cannot read configuration: %s: %s", file, problem.formatted(file.getParent()));
  }

  @Test
  void saysThatAFileIsTooLong() throws IOException {
    Files.writeString(file, "#\n".repeat(65_537));
    assertThatThrownBy(() -> ResolvedConfiguration.read(Optional.of(file), List.of()))
        .hasMessage(
            "Cannot read configuration: %s: longer than 131072 bytes, with what it includes", file);
  }

  @Test
  void saysThatThereAreTooManyReferences() throws IOException {
    Files.writeString(file, doubling(9, "%1$s = ${%2$s}${%2$s}"));
    assertThatThrownBy(() -> ResolvedConfiguration.read(Optional.of(file), List.of()))
        .hasMessage("Cannot read configuration: %s: more than 16 references ${...}", file);
  }
}
