package dev.sparkresnet.job.preflight;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BackendCheckTest {
  private final TestSurvey survey = new TestSurvey();

  private CheckResult check() {
    return survey.check(new BackendCheck());
  }

  @Test
  void readsThatOfThisJvm() {
    assertThat(Backend.ofThisJvm()).isEqualTo(new Backend("CPU", List.of()));
    assertThat(check().line()).isEqualTo("backend          ok       CPU");
  }

  @Test
  void failsWhereThereIsNoLibraryForTheProcessor() throws Exception {
    survey.second.backend =
        OtherJvm.problem("backend", "-Dorg.bytedeco.javacpp.platform=linux-vax");
    assertThat(check().line())
        .isEqualTo(
            "backend          FAILED   executor 1 on b: java.lang.UnsatisfiedLinkError: Could not"
                + " find jniopenblas_nolapack in class, module, and library paths.");
    assertThat(check().cure())
        .isEqualTo(
            "Give every JVM an nd4j backend for its processor (spark.executor.extraClassPath, or"
                + " -Dorg.bytedeco.javacpp.platform.extension in the Java options to choose a"
                + " variant).");
  }

  @ParameterizedTest
  @CsvSource({"9, 0, FAILED", "8, 9, OK", "3, 7, OK", "3, 5, FAILED", "12, 0, FAILED"})
  void knowsWhichGpusHaveKernels(int major, int minor, Status status) {
    survey.first.backend = gpu(major, minor);
    assertThat(check().status()).isEqualTo(status);
  }

  @Test
  void failsOnAGpuThatIsTooNew() {
    survey.first.backend = gpu(9, 0);
    assertThat(check().line())
        .isEqualTo(
            "backend          FAILED   executor 0 on b: no kernels for H100 (compute capability"
                + " 9.0)");
    assertThat(check().cure())
        .isEqualTo(
            "Use GPUs of compute capability 3.7 to 8.9 (spark.executor.resource.gpu.amount), or"
                + " the build for CPUs.");
  }

  private static Measured<Backend> gpu(int major, int minor) {
    return Measured.of(new Backend("CUDA", List.of(new Backend.Gpu("H100", major, minor))));
  }
}
