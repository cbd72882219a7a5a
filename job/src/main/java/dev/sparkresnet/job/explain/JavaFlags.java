package dev.sparkresnet.job.explain;

import dev.sparkresnet.job.memory.MemoryGrant;
import dev.sparkresnet.job.memory.MemoryUnits;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;

/** The flags of the JVM of a driver or an executor. */
final class JavaFlags {
  private static final String FLAGS = "java.options";
  private static final String LIMITS = "-Dorg.bytedeco.javacpp.max";

  private JavaFlags() {}

  /**
   * Flags that every run needs, those of its memory, and those that were given, which win.
   *
   * @param given the value of an {@code extraJavaOptions}; flags with blanks in them stay together
   *     as long as all are joined by blanks again
   */
  static List<String> of(MemoryGrant memory, String given) {
    Set<String> flags = new LinkedHashSet<>(always());
    flags.add(limit("bytes", memory.offHeapBytes()));
    flags.add(limit("physicalbytes", memory.processBytes()));
    List<String> all = new ArrayList<>(flags);
    for (String flag : given.strip().split("\\s+", -1)) {
      if (!flag.isEmpty() && !flags.contains(flag)) {
        all.add(flag);
      }
    }
    return all;
  }

  /** JavaCPP knows mebibytes as m. */
  private static String limit(String name, long bytes) {
    return String.format(Locale.ROOT, "%s%s=%dm", LIMITS, name, MemoryUnits.mebibytes(bytes));
  }

  /** Those of {@code conf/java.options}, but for the limits, which are computed. */
  private static List<String> always() {
    try (InputStream in = JavaFlags.class.getResourceAsStream(FLAGS)) {
      String text = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
      return text.lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#") && !line.startsWith(LIMITS))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
