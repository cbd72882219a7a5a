package dev.sparkresnet.job.launch;

import dev.sparkresnet.job.failure.Reason;
import dev.sparkresnet.job.failure.UserErrorException;
import dev.sparkresnet.job.memory.MemoryGrant;
import dev.sparkresnet.job.memory.MemoryUnits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The flags of the JVMs of drivers and executors, as {@code conf/java.options} has them.
 *
 * @param flags in the order of the file
 */
record JavaOptions(List<String> flags) {
  private static final Pattern FLAG = Pattern.compile("(?:[^\\s\"']|\"[^\"]*\"|'[^']*')+");
  private static final String LIMITS = "-Dorg.bytedeco.javacpp.max";

  /** Copies the flags. */
  JavaOptions {
    flags = List.copyOf(flags);
  }

  /**
   * Reads the flags, one on a line.
   *
   * @throws UserErrorException if the file cannot be read
   */
  static JavaOptions read(Path file) {
    try {
      return new JavaOptions(
          Files.readAllLines(file).stream()
              .filter(line -> !line.isBlank() && !line.startsWith("#"))
              .toList());
    } catch (IOException e) {
      throw new UserErrorException("Cannot read %s: %s".formatted(file, Reason.of(e)), e);
    }
  }

  /** On one line, as Spark takes them. */
  String joined() {
    return String.join(" ", flags);
  }

  /**
   * The flags with the limits of memory that were computed in place of those of the file, and with
   * flags that were given, which win.
   *
   * @param given the value of an {@code extraJavaOptions}; flags with blanks in them stay together
   *     as long as all are joined by blanks again
   */
  JavaOptions within(MemoryGrant memory, String given) {
    Set<String> own = new LinkedHashSet<>(flags);
    own.removeIf(flag -> flag.startsWith(LIMITS));
    own.add(limit("bytes", memory.offHeapBytes()));
    own.add(limit("physicalbytes", memory.processBytes()));
    return new JavaOptions(List.copyOf(own)).with(given);
  }

  /** The flags with those that were given, as {@link #within} has them. */
  JavaOptions with(String given) {
    List<String> all = new ArrayList<>(flags);
    for (String flag : given.strip().split("\\s+", -1)) {
      if (!flag.isEmpty() && !flags.contains(flag)) {
        all.add(flag);
      }
    }
    return new JavaOptions(all);
  }

  /** The flags in the value of an {@code extraJavaOptions}, taken apart as Spark does. */
  static List<String> apart(String given) {
    return FLAG.matcher(given).results().map(each -> each.group().replaceAll("[\"']", "")).toList();
  }

  /** JavaCPP knows mebibytes as m. */
  private static String limit(String name, long bytes) {
    return String.format(Locale.ROOT, "%s%s=%dm", LIMITS, name, MemoryUnits.mebibytes(bytes));
  }
}
