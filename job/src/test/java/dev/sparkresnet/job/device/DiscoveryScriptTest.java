package dev.sparkresnet.job.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.spark.resource.ResourceInformation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs {@code submit/discover-gpus.sh} with a stand-in for nvidia-smi. */
class DiscoveryScriptTest {
  private static final Path SCRIPT = Path.of("..", "submit", "discover-gpus.sh").toAbsolutePath();

  @TempDir private Path directory;

  private record Outcome(int exitCode, String out, String err) {}

  private Outcome run(Map<String, String> environment) throws IOException, InterruptedException {
    Path out = directory.resolve("out");
    Path err = directory.resolve("err");
    ProcessBuilder process =
        new ProcessBuilder("bash", SCRIPT.toString())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    process.environment().remove("CUDA_VISIBLE_DEVICES");
    process.environment().merge("PATH", directory.toString(), (path, own) -> own + ":" + path);
    process.environment().putAll(environment);
    int exitCode = process.start().waitFor();
    return new Outcome(exitCode, Files.readString(out), Files.readString(err));
  }

  /** Knows the two questions of the script. */
  private void installNvidiaSmi(String... script) throws IOException {
    Path file = directory.resolve("nvidia-smi");
    Files.writeString(file, "#!/bin/sh\n" + String.join("\n", script) + "\n");
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }

  private void installTwoGpus() throws IOException {
    installNvidiaSmi(
        "case \"$*\" in",
        "  -L) echo 'GPU 0: Tesla T4 (UUID: GPU-a)'; echo 'GPU 1: Tesla T4 (UUID: GPU-b)' ;;",
        "  '--query-gpu=index --format=csv,noheader') printf '0\\n1\\n' ;;",
        "  *) exit 6 ;;",
        "esac");
  }

  @Test
  void printsTheNumbersOfAllGpusAsSparkReadsThem() throws Exception {
    installTwoGpus();
    Outcome outcome = run(Map.of());
    assertThat(outcome)
        .isEqualTo(new Outcome(0, "{\"name\": \"gpu\", \"addresses\": [\"0\", \"1\"]}\n", ""));
    ResourceInformation gpus = ResourceInformation.parseJson(outcome.out());
    assertThat(gpus.name()).isEqualTo("gpu");
    assertThat(List.of(gpus.addresses())).containsExactly("0", "1");
  }

  @Test
  void printsTheGpusThatTheWorkerMaySee() throws Exception {
    installTwoGpus();
    assertThat(run(Map.of("CUDA_VISIBLE_DEVICES", "GPU-b, 0")).out())
        .isEqualTo("{\"name\": \"gpu\", \"addresses\": [\"GPU-b\", \"0\"]}\n");
  }

  @Test
  void refusesAWorkerThatMaySeeNone() throws Exception {
    installTwoGpus();
    assertThatRefuses(
        run(Map.of("CUDA_VISIBLE_DEVICES", "")), "there is none in CUDA_VISIBLE_DEVICES");
  }

  @Test
  void refusesAddressesThatWouldNotBeJson() throws Exception {
    installTwoGpus();
    assertThatRefuses(
        run(Map.of("CUDA_VISIBLE_DEVICES", "0,\"1")), "an address that is none: 0,\"1");
  }

  @Test
  void refusesAHostWhoseDriverDoesNotWork() throws Exception {
    installNvidiaSmi("echo \"couldn't communicate with the NVIDIA driver\"", "exit 9");
    assertThatRefuses(
        run(Map.of()), "nvidia-smi failed: couldn't communicate with the NVIDIA driver");
  }

  @Test
  void refusesAHostWithoutGpus() throws Exception {
    installNvidiaSmi("");
    assertThatRefuses(run(Map.of()), "there is none");
  }

  @Test
  void refusesAHostWithoutDriver() throws Exception {
    Path tools = Files.createDirectory(directory.resolve("tools"));
    for (String tool : List.of("bash", "uname")) {
      Files.createSymbolicLink(tools.resolve(tool), Path.of("/usr/bin", tool));
    }
    assertThatRefuses(
        run(Map.of("PATH", tools.toString())), "there is no nvidia-smi; install NVIDIA's driver");
  }

  private static void assertThatRefuses(Outcome outcome, String why) {
    assertThat(outcome.exitCode()).isEqualTo(1);
    assertThat(outcome.out()).isEmpty();
    assertThat(outcome.err()).matches("Cannot discover GPUs on \\S+: \\Q" + why + "\\E\n");
  }
}
