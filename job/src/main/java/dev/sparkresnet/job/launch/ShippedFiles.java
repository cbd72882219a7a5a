package dev.sparkresnet.job.launch;

import dev.sparkresnet.job.config.IncludedFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Files that Spark brings to the working directory of a driver on the cluster and of executors,
 * where they are found by their names only. {@link ClusterLaunch} says which they are.
 */
final class ShippedFiles {
  private final List<Path> own = new ArrayList<>();

  void add(Path file) {
    own.add(file);
  }

  boolean isEmpty() {
    return own.isEmpty();
  }

  /**
   * Adds a configuration with all that it includes.
   *
   * @return the name by which it is found
   * @throws dev.sparkresnet.job.failure.UserErrorException if it would not find there what it
   *     includes
   */
  String addConfiguration(String name) {
    Path file = Path.of(name);
    if (!Files.isRegularFile(file)) {
      throw Refusal.of("--conf %s: not a file that can be read".formatted(name));
    }
    add(file);
    for (IncludedFile included : IncludedFile.of(file)) {
      if (!included.isFoundBesideTheOuter()) {
        throw Refusal.of(
            "--conf %s: it includes \"%s\", and a driver on the cluster finds files by their names"
                    .formatted(name, included.name())
                + " only; put that file beside it and include it by its name");
      }
      add(included.path());
    }
    return file.getFileName().toString();
  }

  /**
   * The value of {@code spark.files} with these and others, each once: Spark takes one list of
   * files, the last that it is given.
   *
   * @param given a value without these
   * @throws dev.sparkresnet.job.failure.UserErrorException if two files would have one name
   */
  String joinedWith(String given) {
    Set<String> all = new LinkedHashSet<>();
    Arrays.stream(given.split(",", -1))
        .map(String::strip)
        .filter(file -> !file.isEmpty())
        .forEach(all::add);
    own.forEach(file -> all.add(file.toString()));
    requireOwnNames(all);
    return String.join(",", all);
  }

  private void requireOwnNames(Set<String> all) {
    Map<String, String> byName = new LinkedHashMap<>();
    for (String file : all) {
      String other = byName.putIfAbsent(nameThere(file), file);
      if (other != null && own.contains(Path.of(file))) {
        throw Refusal.of(
            "%s and %s cannot both be shipped: where they are needed, files are found by their names"
                    .formatted(other, file)
                + " only, and these have one name");
      }
    }
  }

  /** A name after a hash sign is one that the user chose. */
  private static String nameThere(String file) {
    return file.replaceFirst(".*#(?=[^/]+$)", "").replaceFirst(".*/", "");
  }
}
