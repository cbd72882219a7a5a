package dev.sparkresnet.model.processor;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The variants of ND4J's native library for the CPU, of which the job carries several for the nodes
 * of one cluster.
 *
 * <p>JavaCPP, which loads them, looks at names only: it takes the last of its list that is there,
 * AVX2, on any processor.
 */
public enum ProcessorVariant {
  /** For the instructions of gcc's {@code -march=skylake-avx512}. */
  AVX512("-onednn-avx512", "avx512f avx512bw avx512cd avx512dq avx512vl"),
  AVX2("-onednn-avx2", "avx2 fma");

  private static final String EXTENSION = "org.bytedeco.javacpp.platform.extension";
  private static final String LIBRARY =
      "org/nd4j/linalg/cpu/nativecpu/bindings/linux-x86_64%s/libnd4jcpu.so";
  private static final Path PROCESSORS = Path.of("/proc/cpuinfo");

  private final String extension;
  private final String needs;

  ProcessorVariant(String extension, String needs) {
    this.extension = extension;
    this.needs = needs;
  }

  /**
   * Makes this process load the best variant for its processor. Must be called before ND4J is used.
   * Does nothing where the system property of JavaCPP has chosen, or where there are no variants.
   *
   * @throws IllegalStateException if the processor is too old for all of them
   */
  public static void choose() {
    if (System.getProperty(EXTENSION) == null && carried().findAny().isPresent()) {
      System.setProperty(EXTENSION, fastest(flags(), ProcessorVariant::isCarried).extension);
    }
  }

  /**
   * Takes the choice back, for a backend that has no variants: JavaCPP would look for the same one
   * of its library.
   */
  public static void forget() {
    System.clearProperty(EXTENSION);
  }

  /**
   * The fastest variant that is carried and needs no more than a processor has.
   *
   * @param flags of the processor, as /proc/cpuinfo names them
   * @throws IllegalStateException if there is none
   */
  static ProcessorVariant fastest(Set<String> flags, Predicate<ProcessorVariant> isCarried) {
    return Stream.of(values())
        .filter(isCarried)
        .filter(variant -> flags.containsAll(List.of(variant.needs.split(" "))))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "Cannot use this processor: ND4J's libraries of this job are for "
                        + Stream.of(values())
                            .filter(isCarried)
                            .map(ProcessorVariant::toString)
                            .collect(Collectors.joining(" and "))
                        + ", which "
                        + PROCESSORS
                        + " does not list"));
  }

  private static Stream<ProcessorVariant> carried() {
    return Stream.of(values()).filter(ProcessorVariant::isCarried);
  }

  private boolean isCarried() {
    return ProcessorVariant.class.getClassLoader().getResource(LIBRARY.formatted(extension))
        != null;
  }

  private static Set<String> flags() {
    try (Stream<String> lines = Files.lines(PROCESSORS)) {
      Optional<String> flags = lines.filter(line -> line.startsWith("flags")).findFirst();
      return flags.stream()
          .flatMap(line -> Arrays.stream(line.split("\\s+")))
          .collect(Collectors.toSet());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
