package dev.sparkresnet.model.processor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.factory.Nd4j;

class ProcessorVariantTest {
  private static final Set<String> SKYLAKE_SERVER =
      Set.of("sse2", "avx2", "fma", "avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl");

  /** Its AVX-512 lacks what the library of that name is built with. */
  private static final Set<String> KNIGHTS_LANDING =
      Set.of("sse2", "avx2", "fma", "avx512f", "avx512cd", "avx512er", "avx512pf");

  private static final Set<String> IVY_BRIDGE = Set.of("sse2", "avx");

  @Test
  void aProcessorGetsTheFastestOfItsVariants() {
    assertThat(ProcessorVariant.fastest(SKYLAKE_SERVER, variant -> true))
        .isEqualTo(ProcessorVariant.AVX512);
    assertThat(ProcessorVariant.fastest(KNIGHTS_LANDING, variant -> true))
        .isEqualTo(ProcessorVariant.AVX2);
    assertThat(
            ProcessorVariant.fastest(SKYLAKE_SERVER, variant -> variant == ProcessorVariant.AVX2))
        .isEqualTo(ProcessorVariant.AVX2);
  }

  @Test
  void aProcessorThatIsTooOldIsRefused() {
    assertThatThrownBy(() -> ProcessorVariant.fastest(IVY_BRIDGE, variant -> true))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "Cannot use this processor: ND4J's libraries of this job are for AVX512 and AVX2,"
                + " which /proc/cpuinfo does not list");
  }

  /** The chosen one is that of this process, since the test session chose before the first test. */
  @Test
  void theLibraryOfTheProcessorIsTheOneThatIsLoaded() throws IOException {
    assertThat(Nd4j.ones(3).sumNumber().intValue()).isEqualTo(3);
    String chosen = System.getProperty("org.bytedeco.javacpp.platform.extension");
    try (Stream<String> maps = Files.lines(Path.of("/proc/self/maps"))) {
      assertThat(maps.filter(line -> line.endsWith("/libnd4jcpu.so")))
          .isNotEmpty()
          .allMatch(line -> line.contains("/linux-x86_64" + chosen + "/"));
    }
  }
}
