package dev.sparkresnet.job.device;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.MINUTES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * JVMs with both backends on their class path, as in the job for GPUs, where there is no GPU. That
 * for CUDA comes without its own library, which needs a GPU, and is fetched for the profile long
 * only.
 */
@Tag("long")
@Timeout(value = 2, unit = MINUTES, threadMode = SEPARATE_THREAD)
class BackendSelectionIT {
  private static final String CUDA_BACKEND = "org.nd4j.linalg.jcublas.JCublasBackend";

  /** What a JVM answers, and which classes it loads for that. */
  private static List<String> run(String selection) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "-Xlog:class+load",
                "-cp",
                System.getProperty("java.class.path") + ":" + Path.of("target", "cuda") + "/*",
                SelectedBackend.class.getName(),
                selection)
            .redirectError(ProcessBuilder.Redirect.DISCARD);
    // Hides the GPUs of a machine that has some.
    builder.environment().put("CUDA_VISIBLE_DEVICES", "");
    return new String(builder.start().getInputStream().readAllBytes(), UTF_8).lines().toList();
  }

  private static Predicate<String> loads(String name) {
    return line -> line.contains(" " + name) && line.contains("source: ");
  }

  @Test
  void theCpuIsUsedWithoutAskingCuda() throws IOException {
    assertThat(run("CPU"))
        .contains("answer: CpuBackend adds up to 3.0")
        .noneMatch(loads("org.nd4j.linalg.jcublas."))
        .noneMatch(loads("org.bytedeco.cuda."));
  }

  @Test
  void nd4jByItselfWouldAskCuda() throws IOException {
    assertThat(run(SelectedBackend.BY_ITSELF))
        .contains("answer: CpuBackend adds up to 3.0")
        .anyMatch(loads(CUDA_BACKEND))
        .anyMatch(loads("org.bytedeco.cuda.global.cudart"));
  }

  @Test
  void cudaThatDoesNotStartIsRefusedWithTheReason() throws IOException {
    assertThat(run("CUDA"))
        .anyMatch(loads(CUDA_BACKEND))
        .filteredOn(line -> line.startsWith("answer: "))
        .singleElement()
        .asString()
        .matches(
            "answer: Cannot compute on this host: ND4J's CUDA backend does not start there, which"
                + " needs a GPU, its driver, CUDA 11\\.6 and cuDNN 8\\.3: .*(libcuda|libcudart|No CUDA"
                + " devices).*");
  }
}
