package dev.sparkresnet.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Files that can be read in one go, and packages that can be looked over. */
class SourceSizeTest {
  private static final int LINES_OF_A_FILE = 300;
  private static final int FILES_OF_A_PACKAGE = 25;

  private static List<Path> sources() throws IOException {
    List<Path> sources = new ArrayList<>();
    for (String module : List.of("datasets", "model", "job")) {
      try (Stream<Path> files = Files.walk(Path.of("..", module, "src", "main", "java"))) {
        files.filter(file -> file.toString().endsWith(".java")).forEach(sources::add);
      }
    }
    return sources;
  }

  @Test
  void noFileIsLongerThanOneReads() throws IOException {
    for (Path source : sources()) {
      assertThat(Files.readAllLines(source))
          .as(source.toString())
          .hasSizeLessThanOrEqualTo(LINES_OF_A_FILE);
    }
  }

  /** A package that is larger says in the second paragraph of its package-info why. */
  @Test
  void noPackageIsLargerThanOneLooksOver() throws IOException {
    Map<Path, Integer> sizes = new TreeMap<>();
    for (Path source : sources()) {
      sizes.merge(source.getParent(), source.endsWith("package-info.java") ? 0 : 1, Integer::sum);
    }
    for (Map.Entry<Path, Integer> found : sizes.entrySet()) {
      Path info = found.getKey().resolve("package-info.java");
      if (found.getValue() > FILES_OF_A_PACKAGE) {
        assertThat(info)
            .content()
            .as("%s has %d files", found.getKey(), found.getValue())
            .contains("<p>Large, since ");
      }
    }
  }

  @Test
  void everyPackageSaysWhatItIsFor() throws IOException {
    assertThat(sources().stream().map(Path::getParent).distinct())
        .filteredOn(directory -> !directory.endsWith(Path.of("sparkresnet", "job")))
        .allSatisfy(directory -> assertThat(directory.resolve("package-info.java")).exists());
  }
}
