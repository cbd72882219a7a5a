package dev.sparkresnet.job.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A file that a configuration includes.
 *
 * @param path of the file
 * @param name as the configuration has it
 */
public record IncludedFile(Path path, String name) {

  /**
   * All that a configuration includes, what included files include as well, in the order of the
   * text.
   *
   * @throws InvalidConfigurationException if it cannot be read
   */
  public static List<IncludedFile> of(Path configuration) {
    List<IncludedFile> found = new ArrayList<>();
    var unused = ConfigurationFile.parse(configuration, found::add);
    return found;
  }

  /** Whether it is found where all files of the configuration lie in one directory. */
  public boolean isFoundBesideTheOuter() {
    Path relative = Path.of(name).normalize();
    return !relative.isAbsolute() && relative.getNameCount() == 1;
  }
}
